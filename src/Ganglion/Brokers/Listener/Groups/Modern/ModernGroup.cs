using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>
/// Members of a group that follow the protocol of KIP-848: the group decides who is meant to have what, and each member moves there with its own
/// heartbeats. Guarded by the coordinator's lock.
/// </summary>
/// <remarks>
/// Invariants: a partition has one owner at most, who may have it or is to give it up; it gets another only after its owner has said that it has
/// given it up, has left, or is overdue. A member follows the decision of an epoch only when it has given up what it does not have there.
/// </remarks>
internal sealed partial class ModernGroup : IGroupMembers
{
    private readonly Dictionary<string, ModernMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModernMember> _byInstance = new(StringComparer.Ordinal);
    private readonly TopicCatalog _topics;

    /// <param name="id">The group.</param>
    /// <param name="topics">The topics that there are.</param>
    /// <param name="coordinator">Who guards it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="sessionTimeout">After which a member that is not heard of is overdue.</param>
    public ModernGroup(string id, TopicCatalog topics, GroupCoordinator coordinator, TimeProvider time, TimeSpan sessionTimeout)
    {
        _topics = topics;
        _sessionTimeout = sessionTimeout;
        _clock = new GroupClock(id, this, coordinator, time, Expire);
    }

    /// <summary>Counts the group's decisions who is meant to have what.</summary>
    public int Epoch { get; private set; }

    public IReadOnlyCollection<ModernMember> Members => _members.Values;

    public bool IsEmpty => _members.Count == 0;

    public bool IsForgettable => IsEmpty;

    public GroupState Phase =>
        IsEmpty ? GroupState.Empty
        : _members.Values.All(member => member.IsSettled(Epoch)) ? GroupState.Stable
        : GroupState.Reconciling;

    public ConsumerGroupState State => Phase switch
    {
        GroupState.Empty => ConsumerGroupState.Empty,
        GroupState.Stable => ConsumerGroupState.Stable,
        _ => ConsumerGroupState.Rebalancing,
    };

    int IGroupClients.Generation => Epoch;

    /// <summary>Whether somebody may commit offsets: it must be where the group takes it to be.</summary>
    public ErrorCode CheckCommit(Committer committer) =>
        committer is { KnowsEpochs: false, IsTransactional: false } ? ErrorCode.UnsupportedVersion
        : CheckEpoch(committer.Member.MemberId, committer.Generation);

    /// <summary>Whether somebody is a member, and in the epoch in which it takes itself to be.</summary>
    public ErrorCode CheckEpoch(string memberId, int epoch) =>
        !_members.TryGetValue(memberId, out ModernMember? member) ? ErrorCode.UnknownMemberId
        : member.IsAway || member.Epoch != epoch ? ErrorCode.StaleMemberEpoch
        : ErrorCode.None;

    public void Dispose() => _clock.Dispose();
}
