using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups.Modern;

internal sealed partial class ModernGroup
{
    /// <summary>Lets somebody join, notes that a member is alive, and lets it move towards what it is meant to have.</summary>
    /// <param name="request">What it tells.</param>
    /// <param name="pattern">What its expression means, if it tells one.</param>
    public HeartbeatResult Heartbeat(HeartbeatRequest request, TopicPattern? pattern) =>
        request.Epoch == MemberEpoch.Joining ? Join(request, pattern)
        : Find(request, out ModernMember? member) is { } refused ? refused
        : request.Epoch < 0 ? Leave(member!, request.Epoch)
        : !member!.MayBeIn(request.Epoch, request.Owned)
            ? HeartbeatResult.Refused(
                ErrorCode.FencedMemberEpoch,
                $"Member '{member.Id}' takes itself to be in epoch {request.Epoch}, and is in {member.Epoch}. Give up all partitions, and join again with epoch 0.")
        : Advance(member, request, pattern);

    private HeartbeatResult Join(HeartbeatRequest request, TopicPattern? pattern)
    {
        string id = request.MemberId.Length > 0 ? request.MemberId : Guid.NewGuid().ToString();
        ModernMember? known = _members.GetValueOrDefault(id);
        ModernMember? member = request.InstanceId is { } instance ? _byInstance.GetValueOrDefault(instance) : known;
        if (member is { IsAway: false } && member != known)
        {
            return HeartbeatResult.Refused(
                ErrorCode.UnreleasedInstanceId,
                $"Instance id '{request.InstanceId}' belongs to member '{member.Id}', which has not left. Stop it, wait until its session ends, or choose another.");
        }

        if (known is not null && known != member)
        {
            // The same client, under another name by now.
            Remove(known);
            Rebalance();
        }

        if (member is null)
        {
            return JoinNew(new ModernMember(id, request.InstanceId), request, pattern);
        }

        // It comes back with nothing in its hands, and finds what it is meant to have, which nobody else has got meanwhile.
        _members.Remove(member.Id);
        member.Id = id;
        _members.Add(id, member);
        EndRevocation(member);
        member.StartOver();
        return Advance(member, request, pattern);
    }

    private HeartbeatResult JoinNew(ModernMember member, HeartbeatRequest request, TopicPattern? pattern)
    {
        if (_members.Count >= GroupLimits.MaxModernMembers)
        {
            return HeartbeatResult.Refused(ErrorCode.GroupMaxSizeReached, $"The group has {GroupLimits.MaxModernMembers} members, which is the most that it can have.");
        }

        _members.Add(member.Id, member);
        if (member.InstanceId is { } instance)
        {
            _byInstance.Add(instance, member);
        }

        member.Update(request, pattern);
        Rebalance();
        return Advance(member, request, pattern);
    }

    private HeartbeatResult? Find(HeartbeatRequest request, out ModernMember? member)
    {
        member = request.InstanceId is { } instance ? _byInstance.GetValueOrDefault(instance) : _members.GetValueOrDefault(request.MemberId);
        return member is null ? HeartbeatResult.Refused(
                ErrorCode.UnknownMemberId, $"'{request.InstanceId ?? request.MemberId}' is no member of the group. Give up all partitions, and join with epoch 0.")
            : member.Id != request.MemberId ? HeartbeatResult.Refused(
                ErrorCode.FencedInstanceId, $"Instance id '{request.InstanceId}' belongs to member '{member.Id}' by now. Stop one of the two, or give it another.")
            : null;
    }

    private HeartbeatResult Advance(ModernMember member, HeartbeatRequest request, TopicPattern? pattern)
    {
        if (member.Update(request, pattern))
        {
            Rebalance();
        }

        Reconcile(member, request.Owned);
        BeginSession(member);
        member.HasAll = request.Owned?.SetEquals(member.Assigned) ?? member.HasAll;
        return new HeartbeatResult(ErrorCode.None, member.Id, member.Epoch)
        {
            // Until it says that it has all of this it is told again: perhaps the answer was lost.
            Assignment = request.IsFull || !member.HasAll ? member.Assigned.ToArray() : null,
        };
    }
}
