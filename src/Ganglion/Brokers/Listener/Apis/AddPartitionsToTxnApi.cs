using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// AddPartitionsToTxn (24), versions 0–3: tells where a transaction is going to write. KIP-98.
/// Deviations: version 4, which brokers use among themselves, is not served.
/// </summary>
internal sealed class AddPartitionsToTxnApi(ListenerContext context) : Api(ApiKey.AddPartitionsToTxn, 0, 3, flexibleFrom: 3)
{
    public override ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string transactionalId = body.ReadString();
        long producerId = body.ReadInt64();
        short epoch = body.ReadInt16();
        List<(string Name, List<int> Partitions)> topics = body.ReadArray(static reader =>
        {
            (string, List<int>) topic = (reader.ReadString(), reader.ReadArray(static partition => partition.ReadInt32()));
            reader.SkipTags();
            return topic;
        });
        body.SkipTags();

        ErrorCode error = Add(transactionalId, producerId, epoch, topics);
        response.WriteInt32(0); // Throttle time.
        response.WriteArray(topics, (writer, topic) =>
        {
            writer.WriteString(topic.Name);
            writer.WriteArray(topic.Partitions, (partitions, number) =>
            {
                partitions.WriteInt32(number);
                partitions.WriteError(Errors.ForVersion(ErrorOf(topic.Name, number, error), knowsProducerFenced: request.Version >= 2));
                partitions.WriteTags();
            });
            writer.WriteTags();
        });
        response.WriteTags();
        return new(true);
    }

    // All of them, or none.
    private ErrorCode Add(string transactionalId, long producerId, short epoch, List<(string Name, List<int> Partitions)> topics)
    {
        Partition?[] partitions = [.. topics.SelectMany(topic => topic.Partitions.Select(number => Find(topic.Name, number)))];
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

    private ErrorCode ErrorOf(string topic, int partition, ErrorCode error) =>
        error == ErrorCode.OperationNotAttempted && Find(topic, partition) is null ? ErrorCode.UnknownTopicOrPartition : error;

    private Partition? Find(string topic, int partition) => context.Broker.Catalog.Find(topic) is { IsBrokersOwn: false } found ? found.Partitions.ElementAtOrDefault(partition) : null;
}
