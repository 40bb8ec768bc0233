using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>DeleteRecords (21), versions 0–2: deletes the records of partitions before an offset. KIP-107.</summary>
internal sealed class DeleteRecordsApi(ListenerContext context) : Api(ApiKey.DeleteRecords, 0, 2, flexibleFrom: 2)
{
    // As an offset: the end. As what is answered: nothing was done.
    private const long None = -1;

    public override ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<(string Name, List<(int Number, long Offset)> Partitions)> topics = body.ReadArray(static topic =>
        {
            (string, List<(int, long)>) read = (topic.ReadString(), topic.ReadArray(static partition =>
            {
                (int, long) read = (partition.ReadInt32(), partition.ReadInt64());
                partition.SkipTags();
                return read;
            }));
            topic.SkipTags();
            return read;
        });
        body.ReadInt32(); // How long it may take: it takes no time.
        body.SkipTags();

        response.WriteInt32(0); // Throttle time.
        response.WriteArray(topics, (writer, topic) =>
        {
            writer.WriteString(topic.Name);
            writer.WriteArray(topic.Partitions, (partitions, asked) =>
            {
                (ErrorCode error, long start) = Delete(new TopicPartition(topic.Name, asked.Number), asked.Offset);
                partitions.WriteInt32(asked.Number);
                partitions.WriteInt64(start);
                partitions.WriteError(error);
                partitions.WriteTags();
            });
            writer.WriteTags();
        });
        response.WriteTags();
        return new(true);
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
