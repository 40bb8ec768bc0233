namespace Ganglion.Brokers.Listener.Groups;

/// <summary>What the members of a group are about to do, with Kafka's names.</summary>
internal enum ClassicGroupState
{
    /// <summary>There are no members.</summary>
    Empty,

    /// <summary>All members are asked to join again.</summary>
    PreparingRebalance,

    /// <summary>All have joined; the leader is to say who gets what.</summary>
    CompletingRebalance,

    /// <summary>All know what is theirs.</summary>
    Stable,

    /// <summary>There is no such group.</summary>
    Dead,
}
