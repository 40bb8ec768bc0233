using Ganglion.Brokers.Embedded.Groups;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>
/// One timer for the members of a group, set to whatever falls due first. Heartbeats only move deadlines back: the group finds that out when the
/// timer fires. Guarded by the coordinator's lock.
/// </summary>
internal sealed class GroupClock : IDisposable
{
    /// <summary>The deadline of what is not waited for.</summary>
    public const long Never = long.MaxValue;

    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <param name="groupId">The group.</param>
    /// <param name="members">Whose clock it is; if the group has others by now, nothing is called.</param>
    /// <param name="coordinator">Who guards them.</param>
    /// <param name="time">The clock behind it.</param>
    /// <param name="expire">Called under the coordinator's lock when the timer has fired.</param>
    public GroupClock(string groupId, IGroupClients members, GroupCoordinator coordinator, TimeProvider time, Action expire)
    {
        _time = time;
        _timer = time.CreateTimer(_ => OnTimer(groupId, members, coordinator, expire), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long Now => _time.GetTimestamp();

    /// <summary>The deadline that falls due after some time from now.</summary>
    public long After(TimeSpan time) => _time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency);

    /// <summary>Lets the timer fire when the first of some deadlines falls due.</summary>
    public void Schedule(IEnumerable<long> deadlines)
    {
        long next = deadlines.DefaultIfEmpty(Never).Min();
        if (next == Never)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        TimeSpan left = _time.GetElapsedTime(_time.GetTimestamp(), next);
        _timer.Change(left > Grain ? left : Grain, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private static void OnTimer(string groupId, IGroupClients members, GroupCoordinator coordinator, Action expire)
    {
        try
        {
            coordinator.Visit(groupId, group =>
            {
                if (group.Clients == members)
                {
                    expire();
                }

                return true;
            });
        }
        catch (ObjectDisposedException)
        {
            // The broker was closed while the timer fired.
        }
    }
}
