namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>
/// One consumer group: who is in it, who has what, and what it has committed. Knows nothing of threads and clocks; the
/// coordinator guards it.
/// </summary>
/// <remarks>
/// Invariants: a partition has one <see cref="PartitionOwnership"/> at most; a member gets a partition only when there is none; an ownership
/// ends with the member's word or the member's removal, and never while a commit of it is on its way.
/// </remarks>
internal sealed partial class ConsumerGroup(string id, Func<string, int> partitionsOf)
{
    private readonly List<GroupMember> _members = [];
    private readonly Dictionary<TopicPartition, PartitionOwnership> _ownerships = [];
    private Dictionary<TopicPartition, GroupMember> _target = [];

    public string Id { get; } = id;

    /// <summary>Counts the rebalances.</summary>
    public int Generation { get; private set; }

    /// <summary>In the order in which they joined.</summary>
    public IReadOnlyList<GroupMember> Members => _members;

    /// <summary>Its members that come over a socket; null if there never were any. It has members of one kind only.</summary>
    public IGroupClients? Clients { get; set; }

    public bool HasClients => Clients is { IsEmpty: false };

    public ConsumerGroupState State =>
        _members.Count == 0 ? Clients?.State ?? ConsumerGroupState.Empty
        : _members.TrueForAll(member => member.IsSettled) ? ConsumerGroupState.Stable
        : ConsumerGroupState.Rebalancing;

    /// <summary>Whether nothing would be lost by forgetting the group.</summary>
    public bool IsForgettable =>
        _members.Count == 0 && _ownerships.Count == 0 && _offsets.Count == 0 && Clients is null or { IsForgettable: true };

    /// <exception cref="ConsumerGroupException">It has members that share the partitions out among themselves.</exception>
    public void Join(GroupMember member)
    {
        if (HasClients)
        {
            throw new ConsumerGroupException(
                "group-protocol-inconsistent",
                $"Group '{Id}' has members that are clients of Kafka's protocol and share its partitions out among themselves. "
                + "Choose another group, or stop them first.");
        }

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

        foreach (PartitionOwnership ownership in member.Owned.Values)
        {
            End(ownership);
        }

        member.Owned.Clear();
        member.Target.Clear();
        member.Notify();
        Rebalance();
    }

    /// <summary>Takes back what a member has finished with.</summary>
    public void Release(GroupMember member, IEnumerable<PartitionOwnership> ownerships)
    {
        foreach (PartitionOwnership ownership in ownerships)
        {
            if (ownership.Member == member)
            {
                member.Owned.Remove(ownership.Partition);
                End(ownership);
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

        ILookup<bool, PartitionOwnership> owned = member.Owned.Values.ToLookup(ownership => member.Target.Contains(ownership.Partition));
        return new MemberAssignment(Generation, [.. owned[true]], [.. owned[false]]);
    }

    /// <summary>Ends whatever was owned of a topic that has been deleted; one of the same name is another topic.</summary>
    public void Drop(string topic)
    {
        foreach (PartitionOwnership ownership in _ownerships.Values.Where(ownership => ownership.Partition.Topic == topic).ToArray())
        {
            ownership.Member?.Owned.Remove(ownership.Partition);
            ownership.Member = null;
            Forget(ownership);
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
        foreach (PartitionOwnership ownership in _ownerships.Values)
        {
            if (ownership.Member is { } member)
            {
                owners[ownership.Partition] = member;
            }
        }

        return owners;
    }

    /// <summary>Gives partitions that nobody has to those who are meant to have them.</summary>
    private void Grant()
    {
        foreach ((TopicPartition partition, GroupMember member) in _target)
        {
            if (!_ownerships.ContainsKey(partition))
            {
                var ownership = new PartitionOwnership(partition, member, Generation);
                _ownerships.Add(partition, ownership);
                member.Owned.Add(partition, ownership);
                member.Notify();
            }
        }
    }

    private void End(PartitionOwnership ownership)
    {
        ownership.Member = null;
        if (ownership.PendingCommits == 0)
        {
            Forget(ownership);
        }
    }

    private void Forget(PartitionOwnership ownership)
    {
        if (_ownerships.GetValueOrDefault(ownership.Partition) == ownership)
        {
            _ownerships.Remove(ownership.Partition);
        }
    }
}
