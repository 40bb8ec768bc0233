namespace Ganglion.Brokers;

/// <summary>A topic as it is.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Id">Tells a topic from a later one of the same name.</param>
/// <param name="Settings">What is in force, every property set.</param>
/// <param name="Partitions">The partitions by number.</param>
public sealed record TopicDescription(string Name, Guid Id, TopicSettings Settings, IReadOnlyList<PartitionDescription> Partitions)
{
    /// <summary>Whether the topic belongs to the broker itself: <c>__consumer_offsets</c> or <c>__transaction_state</c>, as on Kafka.</summary>
    public bool IsInternal => IsInternalName(Name);

    internal static bool IsInternalName(string name) => name is "__consumer_offsets" or "__transaction_state";
}
