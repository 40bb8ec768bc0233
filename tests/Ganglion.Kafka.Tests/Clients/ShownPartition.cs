namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A partition as a client shows it.</summary>
public sealed record ShownPartition(int Partition, int Leader, IReadOnlyList<int> Replicas);
