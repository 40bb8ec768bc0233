using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>What somebody who joins is told.</summary>
/// <param name="Error">Why it has not joined.</param>
/// <param name="MemberId">Its id.</param>
internal sealed record JoinResult(ErrorCode Error, string MemberId)
{
    public int Generation { get; init; } = -1;

    public string? ProtocolType { get; init; }

    /// <summary>The way to share out that all members know.</summary>
    public string? ProtocolName { get; init; }

    /// <summary>The member that decides who gets what.</summary>
    public string Leader { get; init; } = "";

    /// <summary>Whether the leader has nothing to decide.</summary>
    public bool SkipsAssignment { get; init; }

    /// <summary>All members, for the leader; for others, none.</summary>
    public IReadOnlyList<JoinedMember> Members { get; init; } = [];
}
