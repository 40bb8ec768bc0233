namespace Ganglion.Brokers;

/// <summary>What a reader reads.</summary>
public sealed record ReaderOptions
{
    /// <summary>The partitions and where to begin in each; at least one.</summary>
    public required IReadOnlyDictionary<TopicPartition, OffsetPosition> From { get; init; }

    /// <summary>The most bytes of records that one read returns, except that a single larger batch is returned whole. Default 1 MiB.</summary>
    public int MaxBytes { get; init; } = 1024 * 1024;
}
