namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>Decides who of a group is meant to have what.</summary>
internal interface IAssignor
{
    /// <summary>As clients know it.</summary>
    string Name { get; }

    /// <summary>Gives each partition to one of those who subscribe to its topic.</summary>
    /// <param name="subscribers">The members.</param>
    /// <param name="topics">The topics that anybody subscribes to, with how many partitions each has.</param>
    /// <returns>What each member is meant to have, by its id.</returns>
    Dictionary<string, HashSet<TopicIdPartition>> Assign(IReadOnlyList<Subscriber> subscribers, IReadOnlyDictionary<Guid, int> topics);
}
