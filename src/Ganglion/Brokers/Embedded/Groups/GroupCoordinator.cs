using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>
/// Shares the partitions of topics out among the members of consumer groups, in the manner of Kafka's KIP-848: the coordinator
/// decides who is meant to have what, and each member moves there at its own pace. A partition changes hands only after its owner
/// has given it back, left, or died.
/// </summary>
/// <remarks>
/// One lock guards all groups; it is held for the time of a few dictionary operations, and nothing is awaited under it. Whoever
/// holds the committer's lock may take it, never the other way round.
/// </remarks>
internal sealed partial class GroupCoordinator : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ConsumerGroup> _groups = new(StringComparer.Ordinal);
    private readonly TopicCatalog _topics;
    private readonly TimeProvider _time;
    private bool _disposed;

    public GroupCoordinator(TopicCatalog topics, TimeProvider time)
    {
        _topics = topics;
        _time = time;
        _expiry = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        topics.Changed += OnTopicChanged;
    }

    /// <summary>Makes a new member of a group; what it gets it is told by <paramref name="changed"/>, perhaps at once.</summary>
    /// <param name="options">The group, the topics and the session time-out.</param>
    /// <param name="changed">Tells the member to look at its assignment; must only set a signal.</param>
    /// <exception cref="ConsumerGroupException">The group has members that share the partitions out among themselves.</exception>
    public GroupMember Join(ConsumerOptions options, Action changed)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedBroker));
            var member = new GroupMember(
                GetOrAdd(options.GroupId),
                $"{options.ClientId}-{Guid.NewGuid()}",
                options.ClientId,
                options.Topics.ToHashSet(StringComparer.Ordinal),
                options.SessionTimeout,
                changed);
            member.LastHeard = _time.GetTimestamp();
            member.Group.Join(member);
            ScheduleExpiry();
            return member;
        }
    }

    /// <summary>Gives a member other topics. Nothing happens if they are the same, or if it is no member any more.</summary>
    public void Subscribe(GroupMember member, IReadOnlyCollection<string> topics)
    {
        lock (_gate)
        {
            member.Group.Subscribe(member, topics.ToHashSet(StringComparer.Ordinal));
        }
    }

    /// <summary>Takes a member out; the others get what it had.</summary>
    public void Leave(GroupMember member)
    {
        lock (_gate)
        {
            member.Group.Remove(member);
            ForgetIfEmpty(member.Group);
        }
    }

    /// <summary>Notes that a member is alive.</summary>
    public void Heartbeat(GroupMember member)
    {
        lock (_gate)
        {
            member.LastHeard = _time.GetTimestamp();
        }
    }

    /// <summary>What a member has, and what of it it is to give back; null if it is no member any more.</summary>
    public MemberAssignment? Look(GroupMember member)
    {
        lock (_gate)
        {
            return member.Group.Look(member);
        }
    }

    /// <summary>Takes back what a member has finished with.</summary>
    public void Release(GroupMember member, IReadOnlyCollection<PartitionOwnership> ownerships)
    {
        lock (_gate)
        {
            member.Group.Release(member, ownerships);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _topics.Changed -= OnTopicChanged;
            _expiry.Dispose();
            foreach (GroupMember member in AllMembers.ToArray())
            {
                member.Group.Remove(member);
            }

            foreach (ConsumerGroup group in _groups.Values)
            {
                group.Clients?.Dispose();
            }
        }
    }

    private void OnTopicChanged(Topic topic)
    {
        lock (_gate)
        {
            foreach (ConsumerGroup group in _groups.Values)
            {
                if (topic.IsDeleted)
                {
                    group.Drop(topic.Name);
                }

                if (group.Members.Any(member => member.Topics.Contains(topic.Name)))
                {
                    group.Rebalance();
                }

                group.Clients?.OnTopicChanged(topic);
            }
        }
    }

    private ConsumerGroup GetOrAdd(string groupId)
    {
        if (!_groups.TryGetValue(groupId, out ConsumerGroup? group))
        {
            group = new ConsumerGroup(groupId, topic => _topics.Find(topic)?.Partitions.Length ?? 0);
            _groups.Add(groupId, group);
        }

        return group;
    }

    // A member that was removed still knows its old group, which may be forgotten and have a successor of the same name by now.
    private void ForgetIfEmpty(ConsumerGroup group)
    {
        if (group.IsForgettable && _groups.GetValueOrDefault(group.Id) == group)
        {
            _groups.Remove(group.Id);
            group.Clients?.Dispose();
        }
    }
}
