namespace Ganglion.Brokers;

/// <summary>The bounds of a partition at one moment.</summary>
/// <param name="Partition">The partition's number.</param>
/// <param name="EarliestOffset">The first offset that is kept.</param>
/// <param name="LatestOffset">Behind the newest record that readers may see; as <see cref="OffsetPosition.Latest"/>.</param>
/// <param name="Bytes">What it takes in storage, in bytes; <see langword="null"/> where the broker does not tell.</param>
public sealed record PartitionDescription(int Partition, long EarliestOffset, long LatestOffset, long? Bytes);
