namespace Ganglion.Brokers.Listener.Groups;

// One timer for the group, set to whatever falls due first. Heartbeats only move deadlines back: the timer finds that out when it fires.
internal sealed partial class ClassicGroup
{
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    private readonly ITimer _timer;
    private long _joinDeadline = long.MaxValue;
    private long _syncDeadline = long.MaxValue;

    private void OnTimer()
    {
        try
        {
            _coordinator.Visit(_id, group =>
            {
                if (group.Clients == this)
                {
                    Expire();
                }

                return true;
            });
        }
        catch (ObjectDisposedException)
        {
            // The broker was closed while the timer fired.
        }
    }

    private void Expire()
    {
        long now = _time.GetTimestamp();
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
                member.Deadline = long.MaxValue;
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

    private void BeginSession(ClassicMember member) => member.Deadline = After(member.Request.SessionTimeout);

    private void Schedule()
    {
        long next = Math.Min(_joinDeadline, _syncDeadline);
        foreach (long deadline in _members.Values.Select(member => member.Deadline).Concat(_pending.Values))
        {
            next = Math.Min(next, deadline);
        }

        if (next == long.MaxValue)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        TimeSpan left = _time.GetElapsedTime(_time.GetTimestamp(), next);
        _timer.Change(left > Grain ? left : Grain, Timeout.InfiniteTimeSpan);
    }

    private long After(TimeSpan time) => _time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency);
}
