namespace Ganglion.Brokers.Listener.Groups;

/// <summary>What the members of a group are about to do, with Kafka's names.</summary>
internal enum GroupState
{
    /// <summary>There are no members.</summary>
    Empty,

    /// <summary>All members of a classic group are asked to join again.</summary>
    PreparingRebalance,

    /// <summary>All of a classic group have joined; the leader is to say who gets what.</summary>
    CompletingRebalance,

    /// <summary>Members of a modern group give up, or wait for, what the group has decided.</summary>
    Reconciling,

    /// <summary>All know what is theirs.</summary>
    Stable,

    /// <summary>There is no such group.</summary>
    Dead,
}
