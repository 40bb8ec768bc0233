using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>
/// Offsets of a group on their way to the log. Between <see cref="Begin"/> and the end none of the partitions gets another owner,
/// so that whoever comes next finds them.
/// </summary>
internal sealed class OffsetCommit
{
    private readonly GroupCoordinator _coordinator;
    private readonly Action<ConsumerGroup>? _check;
    private PartitionOwnership[] _ownerships = [];

    private OffsetCommit(
        GroupCoordinator coordinator,
        string groupId,
        ConsumerGroupMetadata? committer,
        Action<ConsumerGroup>? check,
        KeyValuePair<TopicPartition, OffsetAndMetadata?>[] offsets)
    {
        ConsumerRules.CheckGroupId(groupId);
        foreach ((TopicPartition partition, OffsetAndMetadata? offset) in offsets)
        {
            offset?.ThrowIfInvalid(partition);
        }

        _coordinator = coordinator;
        _check = check;
        GroupId = groupId;
        Committer = committer;
        Offsets = offsets;
    }

    public string GroupId { get; }

    /// <summary>The member that commits; null: the group is changed from outside, see <see cref="Check"/>.</summary>
    public ConsumerGroupMetadata? Committer { get; }

    /// <summary>The offsets; null removes one.</summary>
    public KeyValuePair<TopicPartition, OffsetAndMetadata?>[] Offsets { get; }

    /// <summary>A commit of a member.</summary>
    /// <exception cref="ArgumentException">The group's id is too long, or an offset is negative.</exception>
    /// <exception cref="ConsumerGroupException">A metadata text is too long.</exception>
    public static OffsetCommit Of(
        GroupCoordinator coordinator, ConsumerGroupMetadata committer, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets) =>
        new(coordinator, committer.GroupId, committer, check: null, [.. offsets.Select(entry => KeyValuePair.Create(entry.Key, (OffsetAndMetadata?)entry.Value))]);

    /// <summary>A change from outside.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static OffsetCommit Reset(
        GroupCoordinator coordinator, string groupId, IEnumerable<KeyValuePair<TopicPartition, OffsetAndMetadata?>> offsets) =>
        new(coordinator, groupId, committer: null, static group => group.ThrowIfNotEmpty(), [.. offsets]);

    /// <summary>A commit of somebody whom only others know.</summary>
    /// <param name="coordinator">Whose group it is.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="check">
    /// Throws if the offsets may not be committed any more. Called under the coordinator's lock, at the moment at which their place in the log is
    /// decided; null if that was decided before.
    /// </param>
    /// <param name="offsets">The offsets; null removes one.</param>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static OffsetCommit OfClient(
        GroupCoordinator coordinator,
        string groupId,
        Action<ConsumerGroup>? check,
        IEnumerable<KeyValuePair<TopicPartition, OffsetAndMetadata?>> offsets) =>
        new(coordinator, groupId, committer: null, check, [.. offsets]);

    /// <summary>Throws if a change from outside is not allowed now.</summary>
    public void Check(ConsumerGroup group) => _check?.Invoke(group);

    /// <summary>The records that store the offsets.</summary>
    public IReadOnlyList<ProducerRecord> Encode(DateTimeOffset now) =>
        [.. Offsets.Select(entry => OffsetTopic.Encode(GroupId, entry.Key, entry.Value, now))];

    /// <summary>Checks that the offsets may be committed, at the moment at which their place in the log is decided.</summary>
    /// <exception cref="FencedException">The member does not own one of the partitions.</exception>
    /// <exception cref="ConsumerGroupException">The group has members, and is changed from outside.</exception>
    public void Begin() => _ownerships = _coordinator.Begin(this);

    /// <summary>The offsets are in the log. Called in the order of the log.</summary>
    public void Complete()
    {
        FaultHook.Reach(FaultPoints.OffsetsPublished);
        _coordinator.End(this, _ownerships, committed: true);
    }

    /// <summary>The offsets could not be written.</summary>
    public void Abort() => _coordinator.End(this, _ownerships, committed: false);
}
