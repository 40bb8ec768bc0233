namespace Ganglion.Brokers;

/// <summary>A consumer group as it is.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="State">Whether it has members, and whether they are settled.</param>
/// <param name="Generation">Counts its rebalances.</param>
/// <param name="Members">Its members by id.</param>
/// <param name="Offsets">What it has committed, by partition.</param>
public sealed record ConsumerGroupDescription(
    string GroupId,
    ConsumerGroupState State,
    int Generation,
    IReadOnlyList<ConsumerGroupMember> Members,
    IReadOnlyList<ConsumerGroupOffset> Offsets)
{
    /// <summary>How many records the group has yet to read, over all partitions for which it has committed.</summary>
    public long Lag => Offsets.Sum(offset => offset.Lag);
}
