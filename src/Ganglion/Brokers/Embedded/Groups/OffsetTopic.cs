namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>The internal topic that keeps what groups have committed, as on Kafka.</summary>
internal static class OffsetTopic
{
    public const string Name = "__consumer_offsets";

    public static TopicSettings Settings { get; } = new()
    {
        Partitions = 1,
        Cleanup = CleanupPolicy.Compact,
        Retention = Timeout.InfiniteTimeSpan,
        RetentionBytes = -1,
        SegmentBytes = 16 * 1024 * 1024,
        MaxMessageBytes = TopicSettings.DefaultMaxMessageBytes,
        DeleteRetention = TimeSpan.FromDays(1),
    };

    /// <summary>The record that stores a committed offset; without one, the tombstone that removes it.</summary>
    public static ProducerRecord Encode(string groupId, TopicPartition partition, OffsetAndMetadata? committed, DateTimeOffset now) =>
        new(Name, OffsetCommitCodec.Encode(groupId, partition, committed, now), Partition: 0);
}
