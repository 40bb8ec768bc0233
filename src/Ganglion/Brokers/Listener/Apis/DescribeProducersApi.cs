using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// DescribeProducers (61), version 0: what partitions know of producers with an id, and where their open transactions begin. KIP-664.
/// Deviations: the epoch of the coordinator is not told; there is but one.
/// </summary>
internal sealed class DescribeProducersApi(ListenerContext context) : ImmediateApi(ApiKey.DescribeProducers, 0, 0, flexibleFrom: 0)
{
    private const int None = -1;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<TopicData<int>> topics = body.ReadTopics();
        body.SkipTags();

        response.WriteInt32(0); // Throttle time.
        response.WriteTopics(topics, (writer, topic, number) =>
            WritePartition(writer, number, context.Broker.Catalog.Find(new TopicPartition(topic, number))));
        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private static void WritePartition(WireWriter writer, int number, Partition? partition)
    {
        ProducerSnapshot snapshot = partition is { HasProducers: true } ? partition.Producers.ToSnapshot(() => 0) : ProducerSnapshot.Empty(0);
        Dictionary<long, long> open = snapshot.Open.ToDictionary(transaction => transaction.ProducerId, transaction => transaction.FirstOffset);
        writer.WriteInt32(number);
        writer.WriteError(partition is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None);
        writer.WriteString(null); // What the error says by itself.
        writer.WriteArray(snapshot.Producers, (producers, producer) =>
        {
            producers.WriteInt64(producer.Id);
            producers.WriteInt32(producer.Epoch);
            producers.WriteInt32(producer.Recent is [.., var newest] ? newest.LastSequence : None);
            producers.WriteInt64(producer.LastHeard);
            producers.WriteInt32(None); // The epoch of the coordinator.
            producers.WriteInt64(open.GetValueOrDefault(producer.Id, None));
            producers.WriteTags();
        });
    }
}
