namespace Ganglion.Brokers.Listener.Groups;

internal sealed partial class ClassicGroup
{
    private readonly GroupClock _clock;
    private long _joinDeadline = GroupClock.Never;
    private long _syncDeadline = GroupClock.Never;

    private void Expire()
    {
        long now = _clock.Now;
        foreach ((string id, _) in _pending.Where(pending => pending.Value <= now).ToArray())
        {
            _pending.Remove(id);
        }

        bool hasLost = false;
        foreach (ClassicMember member in _members.Values.Where(member => member.Deadline <= now).ToArray())
        {
            if (member.IsSyncing || (member.IsJoining && !member.IsNew))
            {
                // It waits for others; its session begins with the answer.
                member.Deadline = GroupClock.Never;
                continue;
            }

            Remove(member);
            hasLost = true;
        }

        if (hasLost)
        {
            RebalanceOrComplete();
        }
        else
        {
            CompleteIfAllJoined();
        }

        if (_joinDeadline <= now)
        {
            OnJoinDeadline();
        }

        if (_syncDeadline <= now)
        {
            OnSyncDeadline();
        }

        Schedule();
    }

    private void BeginSession(ClassicMember member) => member.Deadline = _clock.After(member.Request.SessionTimeout);

    private void Schedule() =>
        _clock.Schedule([_joinDeadline, _syncDeadline, .. _members.Values.Select(member => member.Deadline), .. _pending.Values]);
}
