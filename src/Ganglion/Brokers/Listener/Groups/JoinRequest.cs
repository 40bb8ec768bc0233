namespace Ganglion.Brokers.Listener.Groups;

/// <summary>Somebody wants to become, or stay, a member of a group.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="MemberId">The member; empty if it has no id yet.</param>
/// <param name="InstanceId">The name that it keeps from one start to the next (KIP-345); null if it has none.</param>
/// <param name="ClientId">As it calls itself.</param>
/// <param name="ClientHost">Where it comes from.</param>
/// <param name="SessionTimeout">It is taken to be dead when it has not been heard of for this long.</param>
/// <param name="RebalanceTimeout">How long the others wait for it in a rebalance.</param>
/// <param name="ProtocolType">What the group is for; <c>consumer</c> for those that read.</param>
/// <param name="Protocols">The ways to share out that it knows, the best first.</param>
internal sealed record JoinRequest(
    string GroupId,
    string MemberId,
    string? InstanceId,
    string ClientId,
    string ClientHost,
    TimeSpan SessionTimeout,
    TimeSpan RebalanceTimeout,
    string ProtocolType,
    IReadOnlyList<GroupProtocol> Protocols)
{
    /// <summary>Whether a new member is first told its id, and then asks again (KIP-394).</summary>
    public bool RequiresMemberId { get; init; }

    /// <summary>Whether a leader that comes back can be told that nothing is to be shared out anew (KIP-814).</summary>
    public bool SkipsAssignment { get; init; }
}
