namespace Ganglion.Brokers;

/// <summary>What a topic is created with. A property left <see langword="null"/> takes the broker's default.</summary>
public sealed record TopicSettings
{
    /// <summary>The <see cref="MaxMessageBytes"/> of a topic that says nothing else: 1 MiB.</summary>
    internal const int DefaultMaxMessageBytes = 1024 * 1024;

    /// <summary>The highest <see cref="MaxMessageBytes"/>: 512 MiB.</summary>
    internal const int HighestMaxMessageBytes = 512 * 1024 * 1024;

    /// <summary>How many partitions; 1 to 10,000.</summary>
    public int? Partitions { get; init; }

    /// <summary>
    /// How many copies of each partition; clamped to the size of the cluster. The embedded broker keeps one whatever this says.
    /// </summary>
    public short? ReplicationFactor { get; init; }

    /// <summary>What becomes of old records: removed by age and size, or all but the newest of each key.</summary>
    public CleanupPolicy? Cleanup { get; init; }

    /// <summary>How long records are kept under <see cref="CleanupPolicy.Delete"/>; <see cref="Timeout.InfiniteTimeSpan"/>: for ever.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>How many bytes each partition keeps under <see cref="CleanupPolicy.Delete"/>; -1: without limit.</summary>
    public long? RetentionBytes { get; init; }

    /// <summary>How many bytes a segment holds before the next is begun; old records go by whole segments.</summary>
    public int? SegmentBytes { get; init; }

    /// <summary>The largest record batch that is accepted, in bytes.</summary>
    public int? MaxMessageBytes { get; init; }

    /// <summary>How long tombstones of a compacted topic stay readable.</summary>
    public TimeSpan? DeleteRetention { get; init; }

    /// <summary>
    /// How long a record of a compacted topic is left alone by compaction, and with it what it supersedes;
    /// <see cref="Timeout.InfiniteTimeSpan"/>: for ever.
    /// </summary>
    public TimeSpan? MinCompactionLag { get; init; }
}
