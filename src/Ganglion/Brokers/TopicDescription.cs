namespace Ganglion.Brokers;

/// <summary>A topic as it is.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Id">Tells a topic from a later one of the same name.</param>
/// <param name="Settings">What is in force, every property set.</param>
/// <param name="Partitions">The partitions by number.</param>
public sealed record TopicDescription(string Name, Guid Id, TopicSettings Settings, IReadOnlyList<PartitionDescription> Partitions)
{
    /// <summary>Whether the topic belongs to the system itself: its name begins with two underscores.</summary>
    public bool IsInternal => Name.StartsWith("__", StringComparison.Ordinal);
}
