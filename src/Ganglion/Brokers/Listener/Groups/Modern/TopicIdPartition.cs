namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>One partition of a topic, known by the topic's id: a topic that is deleted and made anew under its name is another one (KIP-516).</summary>
/// <param name="TopicId">The topic.</param>
/// <param name="Partition">The partition's number, from 0.</param>
internal readonly record struct TopicIdPartition(Guid TopicId, int Partition);
