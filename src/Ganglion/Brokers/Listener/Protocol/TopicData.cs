namespace Ganglion.Brokers.Listener.Protocol;

/// <summary>A topic, and something for each of its partitions: what most requests and responses are about.</summary>
/// <typeparam name="T">What there is for a partition.</typeparam>
/// <param name="Name">The topic's name.</param>
/// <param name="Partitions">What there is for its partitions, in the order in which they are named.</param>
internal readonly record struct TopicData<T>(string Name, List<T> Partitions);
