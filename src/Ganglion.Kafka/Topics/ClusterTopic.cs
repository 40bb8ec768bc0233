namespace Ganglion.Kafka.Topics;

/// <summary>A topic of the cluster.</summary>
/// <param name="Id">Tells it from others that had its name before.</param>
/// <param name="Partitions">How many partitions it has; 0 if there is no such topic.</param>
internal readonly record struct ClusterTopic(Guid Id, int Partitions);
