using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Groups;

/// <summary>All consumer groups by id.</summary>
internal sealed record GroupList(IReadOnlyList<GroupView> Groups);

/// <summary>A consumer group as the API shows it.</summary>
internal sealed record GroupView(
    string Id, string State, int Generation, long Lag, IReadOnlyList<MemberView> Members, IReadOnlyList<GroupOffsetView> Offsets)
{
    public static GroupView Of(ConsumerGroupDescription group) => new(
        group.GroupId,
        group.State switch
        {
            ConsumerGroupState.Empty => "empty",
            ConsumerGroupState.Rebalancing => "rebalancing",
            _ => "stable",
        },
        group.Generation,
        group.Lag,
        [.. group.Members.Select(MemberView.Of)],
        [.. group.Offsets.Select(GroupOffsetView.Of)]);
}

/// <summary>A member of a group, and what it reads.</summary>
internal sealed record MemberView(string Id, string ClientId, IReadOnlyList<PartitionName> Assignment)
{
    public static MemberView Of(ConsumerGroupMember member) =>
        new(member.MemberId, member.ClientId, [.. member.Assignment.Select(PartitionName.Of)]);
}

/// <summary>How far a group has come in a partition.</summary>
internal sealed record GroupOffsetView(string Topic, int Partition, long Committed, long Latest, long Lag, string? Metadata = null)
{
    public static GroupOffsetView Of(ConsumerGroupOffset offset) => new(
        offset.Partition.Topic,
        offset.Partition.Partition,
        offset.Committed.Offset,
        offset.Latest,
        offset.Lag,
        offset.Committed.Metadata);
}

/// <summary>One partition of a topic.</summary>
internal sealed record PartitionName(string Topic, int Partition)
{
    public static PartitionName Of(TopicPartition partition) => new(partition.Topic, partition.Partition);
}
