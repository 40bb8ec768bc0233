using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// AddPartitionsToTxn (24), versions 0–3: tells where a transaction is going to write. KIP-98. Brokers use newer ones among themselves.
/// </summary>
internal sealed class AddPartitionsToTxnApi(ListenerContext context) : ImmediateApi(ApiKey.AddPartitionsToTxn, 0, 3, flexibleFrom: 3)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string transactionalId = body.ReadString();
        long producerId = body.ReadInt64();
        short epoch = body.ReadInt16();
        List<TopicData<int>> topics = body.ReadTopics();
        body.SkipTags();

        ErrorCode error = Add(transactionalId, producerId, epoch, topics);
        response.WriteInt32(0); // Throttle time.
        response.WriteTopics(topics, (writer, topic, number) =>
        {
            writer.WriteInt32(number);
            writer.WriteError(Errors.ForVersion(ErrorOf(new TopicPartition(topic, number), error), knowsProducerFenced: request.Version >= 2));
        });
        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    // All of them, or none.
    private ErrorCode Add(string transactionalId, long producerId, short epoch, List<TopicData<int>> topics)
    {
        Partition?[] partitions = [.. topics.SelectMany(topic => topic.Partitions.Select(number => Find(new TopicPartition(topic.Name, number))))];
        if (Array.Exists(partitions, partition => partition is null))
        {
            return ErrorCode.OperationNotAttempted;
        }

        try
        {
            Array.ForEach(partitions, partition => partition!.TrackProducers());
            context.Transactions.AddPartitions(transactionalId, producerId, epoch, partitions!);
            return ErrorCode.None;
        }
        catch (Exception exception) when (exception is RefusedException or GanglionException)
        {
            return Errors.CodeOf(exception);
        }
    }

    private ErrorCode ErrorOf(TopicPartition id, ErrorCode error) =>
        error == ErrorCode.OperationNotAttempted && Find(id) is null ? ErrorCode.UnknownTopicOrPartition : error;

    private Partition? Find(TopicPartition id) => context.Broker.Catalog.Find(id) is { Topic.IsBrokersOwn: false } found ? found : null;
}
