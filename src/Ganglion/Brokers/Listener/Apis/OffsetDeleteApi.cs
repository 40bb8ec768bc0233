using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// OffsetDelete (47), version 0: removes what a group has committed for some partitions. KIP-496.
/// Deviations: the group must have no members; on Kafka those may have subscribed to other topics.
/// </summary>
internal sealed class OffsetDeleteApi(ListenerContext context) : ImmediateApi(ApiKey.OffsetDelete, 0, 0, flexibleFrom: short.MaxValue)
{
    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string groupId = body.ReadString();
        List<TopicData<int>> topics = body.ReadTopics();

        ErrorCode error = await context.Groups.DeleteOffsetsAsync(
            groupId,
            [.. topics.SelectMany(topic => topic.Partitions.Select(number => new TopicPartition(topic.Name, number)).Where(Exists))],
            cancellationToken).ConfigureAwait(false);

        response.WriteError(error);
        response.WriteInt32(0); // Throttle time.
        response.WriteTopics(error == ErrorCode.None ? topics : [], (writer, topic, number) =>
        {
            writer.WriteInt32(number);
            writer.WriteError(Exists(new TopicPartition(topic, number)) ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition);
        });
    }

    private bool Exists(TopicPartition id) => context.Broker.Catalog.Find(id) is not null;
}
