using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

internal sealed partial class ClassicGroup
{
    /// <summary>Tells a member what it is assigned. Completes when the leader has decided.</summary>
    public Task<SyncResult> Sync(SyncRequest request)
    {
        if (Check(request) is not ErrorCode.None and var error)
        {
            return Task.FromResult(new SyncResult(error));
        }

        ClassicMember member = _members[request.Member.MemberId];
        member.OwesSync = false;
        if (Phase == GroupState.Stable)
        {
            BeginSession(member);
            return Task.FromResult(AssignmentOf(member));
        }

        Task<SyncResult> synced = member.AwaitSync();
        if (member.Id == _leader)
        {
            Assign(request.Assignments);
            Schedule();
        }

        return synced;
    }

    private ErrorCode Check(SyncRequest request) =>
        Validate(request.Generation, request.Member) is not ErrorCode.None and var error ? error
        : (request.ProtocolType ?? ProtocolType) != ProtocolType || (request.ProtocolName ?? ProtocolName) != ProtocolName
            ? ErrorCode.InconsistentGroupProtocol
        : Phase == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress
        : ErrorCode.None;

    private void Assign(IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> assignments)
    {
        // Leaders may leave out who gets nothing: what it had in the last generation is no longer its own.
        foreach (ClassicMember member in _members.Values)
        {
            member.Assignment = default;
        }

        foreach ((string memberId, ReadOnlyMemory<byte> assignment) in assignments)
        {
            if (_members.TryGetValue(memberId, out ClassicMember? member))
            {
                member.Assignment = assignment;
            }
        }

        Phase = GroupState.Stable;
        foreach (ClassicMember member in _members.Values)
        {
            AnswerSync(member, AssignmentOf(member));
        }
    }

    private SyncResult AssignmentOf(ClassicMember member) =>
        new(ErrorCode.None) { ProtocolType = ProtocolType, ProtocolName = ProtocolName, Assignment = member.Assignment };

    private void AnswerSync(ClassicMember member, SyncResult result)
    {
        if (member.IsSyncing)
        {
            member.AnswerSync(result);
            BeginSession(member);
        }
    }

    /// <summary>Those that have joined and never asked for what they are assigned hold the others up.</summary>
    private void OnSyncDeadline()
    {
        _syncDeadline = GroupClock.Never;
        ClassicMember[] silent = [.. _members.Values.Where(member => member.OwesSync)];
        if (silent.Length > 0)
        {
            Array.ForEach(silent, Remove);
            PrepareRebalance();
        }
    }
}
