using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What a transactional producer asks for, over the wire.</summary>
internal static class TransactionRequests
{
    private const string TransactionalId = "payments";

    /// <summary>InitProducerId: asks for an id, with a time-out of a minute.</summary>
    public static async Task<(ErrorCode Error, long Id, short Epoch)> AskForIdAsync(this ListenerClient client)
    {
        WireReader answer = await client.AskAsync(ApiKey.InitProducerId, 0, static writer =>
        {
            writer.WriteString(TransactionalId);
            writer.WriteInt32(60_000);
        });
        answer.ReadInt32().ShouldBe(0);
        return ((ErrorCode)answer.ReadInt16(), answer.ReadInt64(), answer.ReadInt16());
    }

    /// <summary>AddPartitionsToTxn: tells where the transaction writes.</summary>
    public static async Task<List<ErrorCode>> AddPartitionsAsync(
        this ListenerClient client, short version, (long Id, short Epoch) producer, params (string Topic, int Partition)[] partitions)
    {
        WireReader answer = await client.AskAsync(
            ApiKey.AddPartitionsToTxn,
            version,
            writer =>
            {
                WriteProducer(writer, producer);
                writer.WriteArray(partitions, static (topics, one) =>
                {
                    topics.WriteString(one.Topic);
                    topics.WriteInt32Array([one.Partition]);
                    topics.WriteTags();
                });
                writer.WriteTags();
            },
            isFlexible: version >= 3);
        answer.ReadInt32().ShouldBe(0);
        return answer.ReadArray(static topic =>
        {
            topic.ReadString();
            ErrorCode error = topic.ReadArray(static partition =>
            {
                partition.ReadInt32();
                var error = (ErrorCode)partition.ReadInt16();
                partition.SkipTags();
                return error;
            }).ShouldHaveSingleItem();
            topic.SkipTags();
            return error;
        });
    }

    /// <summary>AddOffsetsToTxn, of a version below 3: tells of which group the transaction commits offsets.</summary>
    public static Task<ErrorCode> AddGroupAsync(this ListenerClient client, short version, (long Id, short Epoch) producer) =>
        AskAsync(client, ApiKey.AddOffsetsToTxn, version, producer, static writer => writer.WriteString("group"));

    /// <summary>EndTxn, of a version below 3: commits the transaction.</summary>
    public static Task<ErrorCode> CommitAsync(this ListenerClient client, short version, (long Id, short Epoch) producer) =>
        AskAsync(client, ApiKey.EndTxn, version, producer, static writer => writer.WriteBoolean(true));

    /// <summary>Produce: writes a record of the transaction.</summary>
    public static async Task<ErrorCode> WriteAsync(this ListenerClient client, string topic, (long Id, short Epoch) producer) => (await client.ProduceAsync(
        topic, ProducedBatches.Encode(producer.Id, producer.Epoch, sequence: 0, ["x"], isTransactional: true), transactionalId: TransactionalId)).Error;

    private static async Task<ErrorCode> AskAsync(
        ListenerClient client, ApiKey key, short version, (long Id, short Epoch) producer, Action<WireWriter> writeRest)
    {
        WireReader answer = await client.AskAsync(key, version, writer =>
        {
            WriteProducer(writer, producer);
            writeRest(writer);
        });
        answer.ReadInt32().ShouldBe(0);
        return (ErrorCode)answer.ReadInt16();
    }

    private static void WriteProducer(WireWriter writer, (long Id, short Epoch) producer)
    {
        writer.WriteString(TransactionalId);
        writer.WriteInt64(producer.Id);
        writer.WriteInt16(producer.Epoch);
    }
}
