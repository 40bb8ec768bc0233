using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>The internal topic that keeps what groups have committed, as on Kafka.</summary>
internal static class OffsetTopic
{
    public const string Name = InternalTopics.Offsets;

    /// <summary>The record that stores a committed offset; without one, the tombstone that removes it.</summary>
    public static ProducerRecord Encode(string groupId, TopicPartition partition, OffsetAndMetadata? committed, DateTimeOffset now) =>
        new(Name, OffsetCommitCodec.Encode(groupId, partition, committed, now), Partition: 0);
}
