namespace Ganglion.Brokers.Embedded.Groups;

// One timer for all groups, set to the moment at which the first member would be overdue if it were never heard of again. With
// no members it does not run at all.
internal sealed partial class GroupCoordinator
{
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    private readonly ITimer _expiry;

    private IEnumerable<GroupMember> AllMembers => _groups.Values.SelectMany(group => group.Members);

    private void Expire()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            foreach (GroupMember member in AllMembers.Where(member => TimeLeft(member) <= TimeSpan.Zero).ToArray())
            {
                member.Group.Remove(member);
                ForgetIfEmpty(member.Group);
            }

            ScheduleExpiry();
        }
    }

    private void ScheduleExpiry()
    {
        TimeSpan? next = AllMembers.Min(member => (TimeSpan?)TimeLeft(member));
        TimeSpan due = next is { } left ? (left > Grain ? left : Grain) : Timeout.InfiniteTimeSpan;
        _expiry.Change(due, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan TimeLeft(GroupMember member) => member.SessionTimeout - _time.GetElapsedTime(member.LastHeard);
}
