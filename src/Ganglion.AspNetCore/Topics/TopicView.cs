using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Topics;

/// <summary>All topics by name.</summary>
internal sealed record TopicList(IReadOnlyList<TopicView> Topics);

/// <summary>A topic as the API shows it.</summary>
internal sealed record TopicView(
    string Name, Guid Id, bool Internal, TopicSettingsView Settings, IReadOnlyList<PartitionView> Partitions)
{
    public static TopicView Of(TopicDescription topic) => new(
        topic.Name,
        topic.Id,
        topic.IsInternal,
        TopicSettingsView.Of(topic.Settings),
        [.. topic.Partitions.Select(p => new PartitionView(p.Partition, p.EarliestOffset, p.LatestOffset, p.Bytes))]);
}

/// <summary>The bounds of a partition.</summary>
internal sealed record PartitionView(int Partition, long EarliestOffset, long LatestOffset, long? Bytes = null);
