using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>DeleteRecords (21), versions 0–2: deletes the records of partitions before an offset. KIP-107.</summary>
internal sealed class DeleteRecordsApi(ListenerContext context) : ImmediateApi(ApiKey.DeleteRecords, 0, 2, flexibleFrom: 2)
{
    // As an offset: the end. As what is answered: nothing was done.
    private const long None = -1;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<TopicData<(int Number, long Offset)>> topics = body.ReadTopics(static partition => (partition.ReadInt32(), partition.ReadInt64()));
        body.ReadInt32(); // How long it may take: it takes no time.
        body.SkipTags();

        response.WriteInt32(0); // Throttle time.
        response.WriteTopics(topics, (writer, topic, asked) =>
        {
            (ErrorCode error, long start) = Delete(new TopicPartition(topic, asked.Number), asked.Offset);
            writer.WriteInt32(asked.Number);
            writer.WriteInt64(start);
            writer.WriteError(error);
        });
        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private (ErrorCode Error, long Start) Delete(TopicPartition id, long offset)
    {
        try
        {
            InternalTopics.CheckOwner(id.Topic);
            Partition partition = context.Broker.Catalog.Get(id);
            return partition.Topic.Settings.Cleanup == CleanupPolicy.Compact
                ? (ErrorCode.PolicyViolation, None) // What is to go from it has a tombstone.
                : (ErrorCode.None, partition.DeleteBefore(offset == None ? null : offset));
        }
        catch (GanglionException exception)
        {
            return (Errors.CodeOf(exception), None);
        }
    }
}
