using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// OffsetDelete (47), version 0: removes what a group has committed for some partitions. KIP-496.
/// Deviations: the group must have no members; on Kafka those may have subscribed to other topics.
/// </summary>
internal sealed class OffsetDeleteApi(ListenerContext context) : Api(ApiKey.OffsetDelete, 0, 0, flexibleFrom: short.MaxValue)
{
    public override async ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string groupId = body.ReadString();
        List<(string Name, List<int> Partitions)> topics = body.ReadArray(static topic =>
            (topic.ReadString(), topic.ReadArray(static partition => partition.ReadInt32())));

        ErrorCode error = await context.Groups.DeleteOffsetsAsync(
            groupId,
            [.. topics.SelectMany(topic => topic.Partitions
                .Where(partition => Check(topic.Name, partition) == ErrorCode.None)
                .Select(partition => new TopicPartition(topic.Name, partition)))],
            cancellationToken).ConfigureAwait(false);

        response.WriteError(error);
        response.WriteInt32(0); // Throttle time.
        response.WriteArray(error == ErrorCode.None ? topics : [], (writer, topic) =>
        {
            writer.WriteString(topic.Name);
            writer.WriteArray(topic.Partitions, (partitions, partition) =>
            {
                partitions.WriteInt32(partition);
                partitions.WriteError(Check(topic.Name, partition));
            });
        });
        return true;
    }

    private ErrorCode Check(string topic, int partition) =>
        partition >= 0 && partition < (context.Broker.Catalog.Find(topic)?.Partitions.Length ?? 0)
            ? ErrorCode.None
            : ErrorCode.UnknownTopicOrPartition;
}
