using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Groups;

/// <summary>Lists, describes, resets and deletes consumer groups.</summary>
internal static class GroupEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/groups").Get(ListAsync);
        routes.Resource("/groups/{group}").Get(DescribeAsync).Delete(DeleteAsync);
        routes.Resource("/groups/{group}/reset").Post(ResetAsync);
        routes.Resource("/groups/{group}/events").Get(GroupFollowEndpoint.FollowAsync);
        MemberEndpoints.Map(routes);
    }

    private static async Task ListAsync(ApiRequest request)
    {
        IReadOnlyList<ConsumerGroupDescription> groups = await request.Broker.Groups.ListAsync(request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(new GroupList([.. groups.Select(GroupView.Of)]), ApiJson.Wire.GroupList).ConfigureAwait(false);
    }

    private static async Task DescribeAsync(ApiRequest request)
    {
        ConsumerGroupDescription group = await request.Broker.Groups.FindAsync(request.Group, request.Aborted).ConfigureAwait(false)
            ?? throw new ConsumerGroupException("group-not-found", $"There is no consumer group '{request.Group}'.");
        await request.WriteJsonAsync(GroupView.Of(group), ApiJson.Wire.GroupView).ConfigureAwait(false);
    }

    private static async Task ResetAsync(ApiRequest request)
    {
        ResetRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.ResetRequest).ConfigureAwait(false);
        OffsetPosition to = request.ParsePosition("to", wanted.To);
        TopicDescription topic = await request.DescribeTopicAsync(wanted.Topic).ConfigureAwait(false);
        if (wanted.Partition is { } only && (only < 0 || only >= topic.Partitions.Count))
        {
            throw new TopicException("topic-not-found", $"Topic '{topic.Name}' has partitions 0 to {topic.Partitions.Count - 1}, not {only}.");
        }

        PartitionDescription[] chosen =
            [.. topic.Partitions.Where(partition => wanted.Partition is null || wanted.Partition == partition.Partition)];
        IReadOnlyDictionary<TopicPartition, long> offsets = await request.FindOffsetsAsync(topic.Name, chosen, to).ConfigureAwait(false);
        await request.Broker.Groups.ResetAsync(
            request.Group,
            offsets.ToDictionary(offset => offset.Key, offset => new OffsetAndMetadata(offset.Value)),
            request.Aborted).ConfigureAwait(false);
        await DescribeAsync(request).ConfigureAwait(false);
    }

    private static async Task DeleteAsync(ApiRequest request)
    {
        await request.Broker.Groups.DeleteAsync(request.Group, request.Aborted).ConfigureAwait(false);
        request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
