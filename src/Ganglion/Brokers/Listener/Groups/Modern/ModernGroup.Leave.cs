using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups.Modern;

internal sealed partial class ModernGroup
{
    private readonly GroupClock _clock;
    private readonly TimeSpan _sessionTimeout;

    private HeartbeatResult Leave(ModernMember member, int epoch)
    {
        if (epoch == MemberEpoch.LeavingForAWhile)
        {
            // What it may have is kept for it until its session ends.
            EndRevocation(member);
            member.MoveTo(MemberEpoch.LeavingForAWhile);
            BeginSession(member);
        }
        else
        {
            Remove(member);
            Rebalance();
            Schedule();
        }

        return new HeartbeatResult(ErrorCode.None, member.Id, epoch);
    }

    /// <summary>Takes out who is overdue; the others get what it had.</summary>
    private void Expire()
    {
        long now = _clock.Now;
        ModernMember[] overdue = [.. _members.Values.Where(member => member.SessionDeadline <= now || member.RebalanceDeadline <= now)];
        Array.ForEach(overdue, Remove);
        if (overdue.Length > 0)
        {
            Rebalance();
        }

        Schedule();
    }

    private void Remove(ModernMember member)
    {
        EndRevocation(member);
        Release(member.Assigned);
        _members.Remove(member.Id);
        if (member.InstanceId is { } instance)
        {
            _byInstance.Remove(instance);
        }
    }

    private void BeginSession(ModernMember member)
    {
        bool isNew = member.SessionDeadline == GroupClock.Never;
        member.SessionDeadline = _clock.After(_sessionTimeout);
        if (isNew)
        {
            Schedule();
        }
    }

    private void Schedule() => _clock.Schedule(_members.Values.Select(member => Math.Min(member.SessionDeadline, member.RebalanceDeadline)));
}
