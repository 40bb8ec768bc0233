namespace Ganglion.Brokers;

/// <summary>A place in a log: the record of this offset in this partition.</summary>
/// <param name="Partition">The topic and the partition.</param>
/// <param name="Offset">The record's number in its partition, from 0; numbers may have gaps.</param>
public readonly record struct TopicPartitionOffset(TopicPartition Partition, long Offset)
{
    /// <summary>The topic, the partition and the offset, as in <c>invoice.created-3@42</c>.</summary>
    public override string ToString() => $"{Partition}@{Offset}";
}
