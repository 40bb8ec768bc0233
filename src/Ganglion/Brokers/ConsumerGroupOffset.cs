namespace Ganglion.Brokers;

/// <summary>How far a group has come in a partition.</summary>
/// <param name="Partition">The topic and the partition.</param>
/// <param name="Committed">The next offset it will read, with its metadata.</param>
/// <param name="Latest">The offset that the partition's next record gets.</param>
public sealed record ConsumerGroupOffset(TopicPartition Partition, OffsetAndMetadata Committed, long Latest)
{
    /// <summary>How many offsets lie between the two.</summary>
    public long Lag => Math.Max(0, Latest - Committed.Offset);
}
