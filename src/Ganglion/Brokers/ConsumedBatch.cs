namespace Ganglion.Brokers;

/// <summary>Records of one partition, in order. The memory belongs to the garbage collector: it may be kept.</summary>
/// <param name="Partition">The topic and the partition.</param>
/// <param name="Records">The records by ascending offset; may be empty.</param>
/// <param name="NextOffset">Where the next read goes on.</param>
/// <param name="HighWatermark">Behind the newest record that could be read when this was: the difference to <paramref name="NextOffset"/> is the lag.</param>
public sealed record ConsumedBatch(TopicPartition Partition, IReadOnlyList<ConsumedRecord> Records, long NextOffset, long HighWatermark);
