using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Groups;

internal sealed partial class GroupCoordinator
{
    /// <summary>What a group has committed for some partitions; null for those without.</summary>
    public Dictionary<TopicPartition, OffsetAndMetadata?> GetCommitted(GroupMember member, IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            return partitions.ToDictionary(
                partition => partition,
                partition => member.Group.Offsets.TryGetValue(partition, out OffsetAndMetadata committed) ? committed : (OffsetAndMetadata?)null);
        }
    }

    /// <summary>Takes over what an earlier life of the broker has left in the log.</summary>
    /// <exception cref="FormatException">The record does not follow the schema.</exception>
    public void Restore(in Record record)
    {
        if (!OffsetCommitCodec.TryDecode(record, out string groupId, out TopicPartition partition, out OffsetAndMetadata? committed))
        {
            return;
        }

        lock (_gate)
        {
            ConsumerGroup group = GetOrAdd(groupId);
            group.Apply(partition, committed);
            ForgetIfEmpty(group);
        }
    }

    /// <summary>Forgets what groups have committed where it has lost its meaning.</summary>
    /// <returns>The tombstones that make it last.</returns>
    public IReadOnlyList<ProducerRecord> Forget(Func<TopicPartition, OffsetAndMetadata, bool> isStale)
    {
        var tombstones = new List<ProducerRecord>();
        lock (_gate)
        {
            foreach (ConsumerGroup group in _groups.Values.ToArray())
            {
                foreach ((TopicPartition partition, _) in group.Offsets.Where(entry => isStale(entry.Key, entry.Value)).ToArray())
                {
                    tombstones.Add(OffsetTopic.Encode(group.Id, partition, null, _time.GetUtcNow()));
                    group.Apply(partition, null);
                }

                ForgetIfEmpty(group);
            }
        }

        return tombstones;
    }

    /// <summary>Begins a change of offsets, see <see cref="OffsetCommit.Begin"/>.</summary>
    public PartitionOwnership[] Begin(OffsetCommit commit)
    {
        lock (_gate)
        {
            if (commit.Committer is { } committer)
            {
                return FindGroupOf(committer).BeginCommit(committer, commit.Offsets);
            }

            ConsumerGroup group = GetOrAdd(commit.GroupId);
            try
            {
                commit.Check(group);
                return group.BeginReset(commit.Offsets.Select(entry => entry.Key));
            }
            finally
            {
                ForgetIfEmpty(group);
            }
        }
    }

    /// <summary>Ends what <see cref="Begin"/> began. The group is there still: the ownerships keep it.</summary>
    public void End(OffsetCommit commit, PartitionOwnership[] ownerships, bool committed)
    {
        lock (_gate)
        {
            ConsumerGroup group = GetOrAdd(commit.GroupId);
            if (committed)
            {
                group.Apply(ownerships, commit.Offsets);
            }

            group.EndCommit(ownerships);
            ForgetIfEmpty(group);
        }
    }

    private ConsumerGroup FindGroupOf(ConsumerGroupMetadata committer) =>
        _groups.GetValueOrDefault(committer.GroupId)
        ?? throw new FencedException(
            "member-fenced", $"Member '{committer.MemberId}' is not in group '{committer.GroupId}' any more.");
}
