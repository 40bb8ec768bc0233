using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>
/// Members of a group that follow Kafka's classic protocol: in a rebalance all join again, one of them, the leader, decides who gets what,
/// and the group hands that on without looking into it. Guarded by the coordinator's lock.
/// </summary>
/// <remarks>
/// Invariants: whoever waits for an answer has no deadline but that of a first join; with every answer its session begins anew. Between
/// <see cref="GroupState.PreparingRebalance"/> and the next generation nobody is answered. A member without a session is never kept: it is
/// pending, joined, or gone.
/// </remarks>
internal sealed partial class ClassicGroup : IGroupMembers
{
    private readonly Dictionary<string, ClassicMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClassicMember> _byInstance = new(StringComparer.Ordinal);
    private readonly TimeSpan _initialDelay;
    private string? _leader;

    /// <param name="id">The group.</param>
    /// <param name="coordinator">Who guards it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="initialDelay">How long the first member waits for others.</param>
    public ClassicGroup(string id, GroupCoordinator coordinator, TimeProvider time, TimeSpan initialDelay)
    {
        _initialDelay = initialDelay;
        _clock = new GroupClock(id, this, coordinator, time, Expire);
    }

    public GroupState Phase { get; private set; } = GroupState.Empty;

    public int Generation { get; private set; }

    /// <summary>What the group is for, as its first member said; null if it never had one.</summary>
    public string? ProtocolType { get; private set; }

    /// <summary>How partitions are shared out in this generation; null if there are no members.</summary>
    public string? ProtocolName { get; private set; }

    public IReadOnlyCollection<ClassicMember> Members => _members.Values;

    public bool IsEmpty => _members.Count == 0;

    public bool IsForgettable => IsEmpty && _pending.Count == 0;

    public ConsumerGroupState State =>
        IsEmpty ? ConsumerGroupState.Empty
        : Phase == GroupState.Stable ? ConsumerGroupState.Stable
        : ConsumerGroupState.Rebalancing;

    public IReadOnlyList<ConsumerGroupMember> Describe() =>
        [.. _members.Values.Select(member => new ConsumerGroupMember(
            member.Id, member.Request.ClientId, ConsumerProtocol.ReadAssignment(ProtocolType, member.Assignment)))];

    /// <summary>Notes that a member is alive, and tells it whether it is to join again.</summary>
    public ErrorCode Heartbeat(int generation, MemberIdentity identity)
    {
        if (Validate(generation, identity) is not ErrorCode.None and var error)
        {
            return error;
        }

        BeginSession(_members[identity.MemberId]);
        return Phase == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    public GroupDescription Describe(string groupId) => GroupDescription.Of(groupId, this);

    /// <summary>Whether somebody may commit offsets. If it is a member, it is alive.</summary>
    public ErrorCode CheckCommit(Committer committer)
    {
        if (Validate(committer.Generation, committer.Member) is not ErrorCode.None and var error)
        {
            return error;
        }

        BeginSession(_members[committer.Member.MemberId]);
        return Phase == GroupState.CompletingRebalance && !committer.IsTransactional ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    public void OnTopicChanged(Topic topic)
    {
        // The leader finds it out by itself, and joins again.
    }

    /// <summary>The broker is closed, or the group is empty and forgotten: nobody waits any longer.</summary>
    public void Dispose()
    {
        _clock.Dispose();
        foreach (ClassicMember member in _members.Values)
        {
            member.AnswerJoin(new JoinResult(ErrorCode.CoordinatorNotAvailable, member.Id));
            member.AnswerSync(new SyncResult(ErrorCode.CoordinatorNotAvailable));
        }
    }

    private ErrorCode Validate(int generation, MemberIdentity identity) =>
        Validate(identity) is not ErrorCode.None and var error ? error
        : generation != Generation ? ErrorCode.IllegalGeneration
        : ErrorCode.None;

    private ErrorCode Validate(MemberIdentity identity)
    {
        if (identity.InstanceId is { } instance
            && _byInstance.TryGetValue(instance, out ClassicMember? member)
            && member.Id != identity.MemberId)
        {
            return ErrorCode.FencedInstanceId;
        }

        return _members.TryGetValue(identity.MemberId, out ClassicMember? found) && (identity.InstanceId is null || found.InstanceId == identity.InstanceId)
            ? ErrorCode.None
            : ErrorCode.UnknownMemberId;
    }
}
