namespace Ganglion.Brokers.Listener.Groups;

/// <summary>Somebody who wants to commit offsets of a group.</summary>
/// <param name="Generation">The generation, or the epoch of the member, that it claims to be in; negative if it is none of a group's members.</param>
/// <param name="Member">Who it claims to be.</param>
internal sealed record Committer(int Generation, MemberIdentity Member)
{
    /// <summary>Whether the offsets are committed with a transaction.</summary>
    public bool IsTransactional { get; init; }

    /// <summary>Whether it understands errors of the protocol in which members have epochs (KIP-848).</summary>
    public bool KnowsEpochs { get; init; }

    /// <summary>Whether it does not claim to be anybody.</summary>
    public bool IsAnonymous => Generation < 0 && Member is { MemberId.Length: 0, InstanceId: null };
}
