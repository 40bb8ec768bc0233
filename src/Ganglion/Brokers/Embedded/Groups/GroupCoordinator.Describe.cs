namespace Ganglion.Brokers.Embedded.Groups;

internal sealed partial class GroupCoordinator
{
    /// <summary>All groups by id.</summary>
    public IReadOnlyList<ConsumerGroupDescription> DescribeAll()
    {
        lock (_gate)
        {
            return [.. _groups.Values.OrderBy(group => group.Id, StringComparer.Ordinal).Select(Describe)];
        }
    }

    /// <summary>One group; null if there is no such group.</summary>
    public ConsumerGroupDescription? Describe(string groupId)
    {
        lock (_gate)
        {
            return _groups.TryGetValue(groupId, out ConsumerGroup? group) ? Describe(group) : null;
        }
    }

    private ConsumerGroupDescription Describe(ConsumerGroup group) => new(
        group.Id,
        group.State,
        group.Members.Count == 0 && group.Clients is { } clients ? clients.Generation : group.Generation,
        [.. MembersOf(group).OrderBy(member => member.MemberId, StringComparer.Ordinal)],
        [.. group.Offsets
            .OrderBy(entry => entry.Key)
            .Select(entry => new ConsumerGroupOffset(entry.Key, entry.Value, LatestOf(entry.Key) ?? entry.Value.Offset))]);

    private static IEnumerable<ConsumerGroupMember> MembersOf(ConsumerGroup group) => group.HasClients
        ? group.Clients!.Describe()
        : group.Members.Select(member => new ConsumerGroupMember(member.Id, member.ClientId, [.. member.Owned.Keys.Order()]));

    private long? LatestOf(TopicPartition partition) =>
        _topics.Find(partition.Topic)?.Partitions.ElementAtOrDefault(partition.Partition)?.LastStableOffset;
}
