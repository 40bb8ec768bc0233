namespace Ganglion.Brokers.Embedded.Groups;

internal sealed partial class ConsumerGroup
{
    private readonly Dictionary<TopicPartition, OffsetAndMetadata> _offsets = [];

    /// <summary>What the group has committed.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Offsets => _offsets;

    /// <summary>Begins a commit of a member: from here until its end none of the partitions gets another owner.</summary>
    /// <exception cref="FencedException">The member does not have one of the partitions, or has not had it all along.</exception>
    public PartitionOwnership[] BeginCommit(ConsumerGroupMetadata committer, IReadOnlyCollection<KeyValuePair<TopicPartition, OffsetAndMetadata?>> offsets)
    {
        GroupMember member = _members.Find(member => member.Id == committer.MemberId)
            ?? throw Fenced($"Member '{committer.MemberId}' is not in group '{Id}' any more.");
        PartitionOwnership[] ownerships = [.. offsets.Select(offset => FindOwnership(member, committer.Generation, offset.Key))];
        foreach (PartitionOwnership ownership in ownerships)
        {
            ownership.PendingCommits++;
        }

        return ownerships;
    }

    /// <exception cref="ConsumerGroupException">The group has members.</exception>
    public void ThrowIfNotEmpty()
    {
        if (_members.Count > 0 || HasClients)
        {
            throw new ConsumerGroupException(
                "group-not-empty", $"Group '{Id}' has {(HasClients ? Clients!.Describe().Count : _members.Count)} member(s). Stop them first.");
        }
    }

    /// <summary>Begins a change of offsets from outside: until its end none of the partitions gets an owner.</summary>
    public PartitionOwnership[] BeginReset(IEnumerable<TopicPartition> partitions)
    {
        PartitionOwnership[] ownerships = [.. partitions.Select(partition => _ownerships.GetValueOrDefault(partition) ?? new PartitionOwnership(partition, null, Generation))];
        foreach (PartitionOwnership ownership in ownerships)
        {
            _ownerships[ownership.Partition] = ownership;
            ownership.PendingCommits++;
        }

        return ownerships;
    }

    /// <summary>Ends a commit; partitions that were given back meanwhile go to their next owners.</summary>
    public void EndCommit(PartitionOwnership[] ownerships)
    {
        foreach (PartitionOwnership ownership in ownerships)
        {
            if (--ownership.PendingCommits == 0 && ownership.Member is null)
            {
                Forget(ownership);
            }
        }

        Grant();
    }

    /// <summary>Takes over what has been committed, except for partitions that have vanished meanwhile.</summary>
    public void Apply(PartitionOwnership[] ownerships, KeyValuePair<TopicPartition, OffsetAndMetadata?>[] offsets)
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            if (_ownerships.GetValueOrDefault(offsets[i].Key) == ownerships[i])
            {
                Apply(offsets[i].Key, offsets[i].Value);
            }
        }
    }

    /// <summary>Takes over what the log says.</summary>
    public void Apply(TopicPartition partition, OffsetAndMetadata? committed)
    {
        if (committed is { } value)
        {
            _offsets[partition] = value;
        }
        else
        {
            _offsets.Remove(partition);
        }
    }

    private PartitionOwnership FindOwnership(GroupMember member, int generation, TopicPartition partition)
    {
        if (!member.Owned.TryGetValue(partition, out PartitionOwnership? ownership) || generation < ownership.Since)
        {
            throw Fenced($"Member '{member.Id}' of group '{Id}' does not own {partition} in generation {generation}.");
        }

        return ownership;
    }

    private static FencedException Fenced(string fact) =>
        new("member-fenced", fact + " Its partitions have other owners: drop the work, the new owner does it.");
}
