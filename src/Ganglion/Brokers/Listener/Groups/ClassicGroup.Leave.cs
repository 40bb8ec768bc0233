using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

internal sealed partial class ClassicGroup
{
    /// <summary>Takes members out; the others are asked to join again.</summary>
    /// <returns>For each of them, whether it was there.</returns>
    public IReadOnlyList<ErrorCode> Leave(IReadOnlyList<MemberIdentity> identities)
    {
        int before = _members.Count;
        ErrorCode[] errors = [.. identities.Select(Leave)];
        if (_members.Count < before)
        {
            RebalanceOrComplete();
        }
        else
        {
            CompleteIfAllJoined();
            Schedule();
        }

        return errors;
    }

    private ErrorCode Leave(MemberIdentity identity)
    {
        if (_pending.Remove(identity.MemberId))
        {
            return ErrorCode.None;
        }

        // An administrator knows a member by the name that it keeps.
        ClassicMember? member = identity.MemberId.Length == 0 && identity.InstanceId is { } instance
            ? _byInstance.GetValueOrDefault(instance)
            : _members.GetValueOrDefault(identity.MemberId);
        ErrorCode error = identity.MemberId.Length > 0 ? Validate(identity)
            : member is null ? ErrorCode.UnknownMemberId
            : ErrorCode.None;
        if (error == ErrorCode.None)
        {
            Remove(member!);
        }

        return error;
    }

    private void Remove(ClassicMember member)
    {
        member.AnswerJoin(new JoinResult(ErrorCode.UnknownMemberId, ""));
        member.AnswerSync(new SyncResult(ErrorCode.UnknownMemberId));
        Delist(member);
        if (member.InstanceId is { } instance)
        {
            _byInstance.Remove(instance);
        }

        if (_leader == member.Id)
        {
            _leader = _members.Keys.FirstOrDefault();
        }
    }
}
