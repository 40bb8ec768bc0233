namespace Ganglion.Brokers.Listener.Groups.Modern;

internal sealed partial class ModernGroup
{
    // Who may have what, or is to give it up.
    private readonly Dictionary<TopicIdPartition, ModernMember> _owners = [];

    /// <summary>Lets a member move towards what it is meant to have: first it gives up what it is not, then it gets what nobody has.</summary>
    /// <param name="member">The member.</param>
    /// <param name="owned">What it says that it has; null if it does not say.</param>
    private void Reconcile(ModernMember member, IReadOnlySet<TopicIdPartition>? owned)
    {
        if (member.IsSettled(Epoch))
        {
            return;
        }

        int epoch = member.Epoch;
        if (member.Revoked.Count > 0)
        {
            if (StillHas(member.Revoked))
            {
                return;
            }

            // What it committed before does not count any more: what it has given up may have another owner.
            EndRevocation(member);
            epoch++;
        }

        HashSet<TopicIdPartition> surplus = [.. member.Assigned.Except(member.Target)];
        member.Assigned.ExceptWith(surplus);
        if (surplus.Count > 0 && StillHas(surplus))
        {
            member.Revoked = surplus;
            member.RebalanceDeadline = _clock.After(member.RebalanceTimeout);
            member.MoveTo(epoch);
            member.HasAll = false;
            Schedule();
            return;
        }

        Release(surplus);
        member.HasAll &= surplus.Count == 0;
        foreach (TopicIdPartition partition in member.Target.Where(partition => _owners.TryAdd(partition, member)))
        {
            member.Assigned.Add(partition);
            member.HasAll = false;
        }

        member.AwaitsOthers = member.Assigned.Count < member.Target.Count;
        member.MoveTo(Epoch);

        bool StillHas(HashSet<TopicIdPartition> partitions) => owned is null || partitions.Overlaps(owned);
    }

    /// <summary>A member has given up what it was to, or is not waited for any longer.</summary>
    private void EndRevocation(ModernMember member)
    {
        Release(member.Revoked);
        member.Revoked = [];
        member.RebalanceDeadline = GroupClock.Never;
    }

    private void Release(IEnumerable<TopicIdPartition> partitions)
    {
        foreach (TopicIdPartition partition in partitions)
        {
            _owners.Remove(partition);
        }
    }
}
