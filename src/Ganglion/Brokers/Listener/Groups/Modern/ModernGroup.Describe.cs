namespace Ganglion.Brokers.Listener.Groups.Modern;

internal sealed partial class ModernGroup
{
    public IReadOnlyList<ConsumerGroupMember> Describe() =>
        [.. _members.Values.Select(member => new ConsumerGroupMember(member.Id, member.ClientId, NamesOf(member.Assigned)))];

    public GroupDescription Describe(string groupId) => GroupDescription.Of(groupId, this);

    /// <summary>All that there is to tell.</summary>
    public ModernGroupDescription DescribeWhole() => new(Phase, Epoch, Assignor.Name, [.. _members.Values.Select(member => new ModernMemberDescription(
        member.Id,
        member.InstanceId,
        member.RackId,
        member.Epoch,
        member.ClientId,
        member.ClientHost,
        [.. member.Topics.Order(StringComparer.Ordinal)],
        member.Pattern?.Text,
        Group(member.Assigned),
        Group(member.Target)))]);

    /// <summary>Partitions under the names of their topics, sorted.</summary>
    public IReadOnlyList<TopicPartition> NamesOf(IEnumerable<TopicIdPartition> partitions) =>
        [.. Group(partitions).SelectMany(topic => topic.Partitions.Select(number => new TopicPartition(topic.Name, number)))];

    // Those of topics that are gone are left out: they have no names any more.
    private IReadOnlyList<AssignedTopic> Group(IEnumerable<TopicIdPartition> partitions) =>
        [.. partitions
            .GroupBy(partition => partition.TopicId, partition => partition.Partition)
            .Select(topic => (Topic: _topics.Find(topic.Key), Partitions: topic.Order()))
            .Where(found => found.Topic is not null)
            .OrderBy(found => found.Topic!.Name, StringComparer.Ordinal)
            .Select(found => new AssignedTopic(found.Topic!.Id, found.Topic.Name, [.. found.Partitions]))];
}
