namespace Ganglion.Brokers.Listener.Groups;

/// <summary>A member asks for what it is assigned; the leader tells who is assigned what.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Generation">The rebalance that it takes part in.</param>
/// <param name="Member">Who it is.</param>
/// <param name="ProtocolType">What it takes the group to be for; null if it does not say.</param>
/// <param name="ProtocolName">How it takes the partitions to be shared out; null if it does not say.</param>
/// <param name="Assignments">What the leader has decided, by member.</param>
internal sealed record SyncRequest(
    string GroupId,
    int Generation,
    MemberIdentity Member,
    string? ProtocolType,
    string? ProtocolName,
    IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Assignments);
