using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>
/// Members of a group that come over a socket and share its partitions out in a way of their own; the coordinator only has to know that they
/// are there. Guarded by the coordinator's lock.
/// </summary>
internal interface IGroupClients : IDisposable
{
    /// <summary>Whether there are none.</summary>
    bool IsEmpty { get; }

    /// <summary>Whether there are none, and nobody is about to join.</summary>
    bool IsForgettable { get; }

    ConsumerGroupState State { get; }

    /// <summary>Counts their rebalances.</summary>
    int Generation { get; }

    /// <summary>A topic was created, got more partitions, or was deleted.</summary>
    void OnTopicChanged(Topic topic);

    /// <summary>The members, with what each has been assigned.</summary>
    IReadOnlyList<ConsumerGroupMember> Describe();
}
