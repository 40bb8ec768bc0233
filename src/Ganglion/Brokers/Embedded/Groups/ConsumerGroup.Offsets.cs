namespace Ganglion.Brokers.Embedded.Groups;

internal sealed partial class ConsumerGroup
{
    private readonly Dictionary<TopicPartition, OffsetAndMetadata> _offsets = [];

    /// <summary>What the group has committed.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Offsets => _offsets;

    /// <summary>Begins a commit of a member: from here until its end none of the partitions gets another owner.</summary>
    /// <exception cref="FencedException">The member does not have one of the partitions, or has not had it all along.</exception>
    public Holding[] BeginCommit(ConsumerGroupMetadata committer, IReadOnlyCollection<KeyValuePair<TopicPartition, OffsetAndMetadata?>> offsets)
    {
        GroupMember member = _members.Find(member => member.Id == committer.MemberId)
            ?? throw Fenced($"Member '{committer.MemberId}' is not in group '{Id}' any more.");
        Holding[] holdings = [.. offsets.Select(offset => FindHolding(member, committer.Generation, offset.Key))];
        foreach (Holding holding in holdings)
        {
            holding.PendingCommits++;
        }

        return holdings;
    }

    /// <summary>Begins a change of offsets from outside: until its end none of the partitions gets an owner.</summary>
    /// <exception cref="ConsumerGroupException">The group has members.</exception>
    public Holding[] BeginReset(IEnumerable<TopicPartition> partitions)
    {
        if (_members.Count > 0)
        {
            throw new ConsumerGroupException(
                "group-not-empty", $"Group '{Id}' has {_members.Count} member(s). Stop them first.");
        }

        Holding[] holdings = [.. partitions.Select(partition => _holdings.GetValueOrDefault(partition) ?? new Holding(partition, null, Generation))];
        foreach (Holding holding in holdings)
        {
            _holdings[holding.Partition] = holding;
            holding.PendingCommits++;
        }

        return holdings;
    }

    /// <summary>Ends a commit; partitions that were given back meanwhile go to their next owners.</summary>
    public void EndCommit(Holding[] holdings)
    {
        foreach (Holding holding in holdings)
        {
            if (--holding.PendingCommits == 0 && holding.Member is null)
            {
                Forget(holding);
            }
        }

        Grant();
    }

    /// <summary>Takes over what has been committed, except for partitions that have vanished meanwhile.</summary>
    public void Apply(Holding[] holdings, KeyValuePair<TopicPartition, OffsetAndMetadata?>[] offsets)
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            if (_holdings.GetValueOrDefault(offsets[i].Key) == holdings[i])
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

    private Holding FindHolding(GroupMember member, int generation, TopicPartition partition)
    {
        if (!member.Held.TryGetValue(partition, out Holding? holding) || generation < holding.Since)
        {
            throw Fenced($"Member '{member.Id}' of group '{Id}' does not own {partition} in generation {generation}.");
        }

        return holding;
    }

    private static FencedException Fenced(string fact) =>
        new("member-fenced", fact + " Its partitions have other owners: drop the work, the new owner does it.");
}
