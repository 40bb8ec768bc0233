namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>
/// One consumer group: who is in it, who has what, and what it has committed. Knows nothing of threads and clocks; the
/// coordinator guards it.
/// </summary>
/// <remarks>
/// Invariants: a partition has one <see cref="Holding"/> at most; a member gets a partition only when there is none; a holding
/// ends with the member's word or the member's removal, and never while a commit of it is on its way.
/// </remarks>
internal sealed partial class ConsumerGroup(string id, Func<string, int> partitionsOf)
{
    private readonly List<GroupMember> _members = [];
    private readonly Dictionary<TopicPartition, Holding> _holdings = [];
    private Dictionary<TopicPartition, GroupMember> _target = [];

    public string Id { get; } = id;

    /// <summary>Counts the rebalances.</summary>
    public int Generation { get; private set; }

    /// <summary>In the order in which they joined.</summary>
    public IReadOnlyList<GroupMember> Members => _members;

    public ConsumerGroupState State =>
        _members.Count == 0 ? ConsumerGroupState.Empty
        : _members.TrueForAll(member => member.IsSettled) ? ConsumerGroupState.Stable
        : ConsumerGroupState.Rebalancing;

    /// <summary>Whether nothing would be lost by forgetting the group.</summary>
    public bool IsForgettable => _members.Count == 0 && _holdings.Count == 0 && _offsets.Count == 0;

    public void Join(GroupMember member)
    {
        _members.Add(member);
        Rebalance();
    }

    /// <summary>Gives a member other topics. Nothing happens if they are the same, or if it is no member any more.</summary>
    public void Subscribe(GroupMember member, IReadOnlySet<string> topics)
    {
        if (_members.Contains(member) && !member.Topics.SetEquals(topics))
        {
            member.Topics = topics;
            Rebalance();
        }
    }

    /// <summary>Takes a member out, whether it left or died, and gives what it had to the others.</summary>
    public void Remove(GroupMember member)
    {
        if (!_members.Remove(member))
        {
            return;
        }

        foreach (Holding holding in member.Held.Values)
        {
            End(holding);
        }

        member.Held.Clear();
        member.Target.Clear();
        member.Notify();
        Rebalance();
    }

    /// <summary>Takes back what a member has finished with.</summary>
    public void Release(GroupMember member, IEnumerable<Holding> holdings)
    {
        foreach (Holding holding in holdings)
        {
            if (holding.Member == member)
            {
                member.Held.Remove(holding.Partition);
                End(holding);
            }
        }

        Grant();
    }

    /// <summary>What a member has, and what of it it is to give back; null if it is no member any more.</summary>
    public MemberAssignment? Look(GroupMember member)
    {
        if (!_members.Contains(member))
        {
            return null;
        }

        ILookup<bool, Holding> held = member.Held.Values.ToLookup(holding => member.Target.Contains(holding.Partition));
        return new MemberAssignment(Generation, [.. held[true]], [.. held[false]]);
    }

    /// <summary>Ends whatever was held of a topic that has been deleted; one of the same name is another topic.</summary>
    public void Drop(string topic)
    {
        foreach (Holding holding in _holdings.Values.Where(holding => holding.Partition.Topic == topic).ToArray())
        {
            holding.Member?.Held.Remove(holding.Partition);
            holding.Member = null;
            Forget(holding);
        }
    }

    /// <summary>Decides anew who is meant to have what. Needed when members or topics have changed.</summary>
    public void Rebalance()
    {
        Generation++;
        _target = StickyAssignor.Assign(_members, partitionsOf, OwnersNow());
        foreach (GroupMember member in _members)
        {
            member.Target.Clear();
        }

        foreach ((TopicPartition partition, GroupMember member) in _target)
        {
            member.Target.Add(partition);
        }

        Grant();
        _members.ForEach(member => member.Notify());
    }

    /// <summary>
    /// Who has what; for what nobody has, who is meant to have it. So a member can keep what it was asked for and has not given back yet
    /// when the group changes again, as it does when members change their topics one after the other.
    /// </summary>
    private Dictionary<TopicPartition, GroupMember> OwnersNow()
    {
        var owners = new Dictionary<TopicPartition, GroupMember>(_target);
        foreach (Holding holding in _holdings.Values)
        {
            if (holding.Member is { } member)
            {
                owners[holding.Partition] = member;
            }
        }

        return owners;
    }

    /// <summary>Gives partitions that nobody has to those who are meant to have them.</summary>
    private void Grant()
    {
        foreach ((TopicPartition partition, GroupMember member) in _target)
        {
            if (!_holdings.ContainsKey(partition))
            {
                var holding = new Holding(partition, member, Generation);
                _holdings.Add(partition, holding);
                member.Held.Add(partition, holding);
                member.Notify();
            }
        }
    }

    private void End(Holding holding)
    {
        holding.Member = null;
        if (holding.PendingCommits == 0)
        {
            Forget(holding);
        }
    }

    private void Forget(Holding holding)
    {
        if (_holdings.GetValueOrDefault(holding.Partition) == holding)
        {
            _holdings.Remove(holding.Partition);
        }
    }
}
