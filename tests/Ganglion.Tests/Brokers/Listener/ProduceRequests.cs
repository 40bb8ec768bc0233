using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Writes to partitions over the wire, and reads them.</summary>
internal static class ProduceRequests
{
    /// <summary>Produce: appends a batch to a partition.</summary>
    /// <returns>What became of it, and where it lies.</returns>
    public static async Task<(ErrorCode Error, long Offset)> ProduceAsync(
        this ListenerClient client, string topic, ReadOnlyMemory<byte> batch, int partition = 0, string? transactionalId = null)
    {
        WireReader answer = await client.AskAsync(ApiKey.Produce, 3, writer =>
        {
            writer.WriteString(transactionalId);
            writer.WriteInt16(-1); // All replicas.
            writer.WriteInt32(1_000);
            writer.WriteArray([topic], (topics, name) =>
            {
                topics.WriteString(name);
                topics.WriteArray([partition], (partitions, number) =>
                {
                    partitions.WriteInt32(number);
                    partitions.WriteBytes(batch);
                });
            });
        });
        return answer.ReadArray(topics =>
        {
            topics.ReadString().ShouldBe(topic);
            return topics.ReadArray(partitions =>
            {
                partitions.ReadInt32().ShouldBe(partition);
                var read = ((ErrorCode)partitions.ReadInt16(), partitions.ReadInt64());
                partitions.ReadInt64();
                return read;
            }).ShouldHaveSingleItem();
        }).ShouldHaveSingleItem();
    }

    /// <summary>Fetch: reads a partition from an offset on, and waits for a record if it is to.</summary>
    public static async Task<(ErrorCode Error, ReadOnlyMemory<byte> Batches)> FetchAsync(
        this ListenerClient client, string topic, long offset, int partition = 0, TimeSpan waits = default)
    {
        WireReader answer = await client.AskAsync(ApiKey.Fetch, 4, writer => WriteFetch(writer, topic, offset, partition, waits));
        answer.ReadInt32().ShouldBe(0);
        return answer.ReadArray(topics =>
        {
            topics.ReadString().ShouldBe(topic);
            return topics.ReadArray(partitions =>
            {
                partitions.ReadInt32().ShouldBe(partition);
                var error = (ErrorCode)partitions.ReadInt16();
                partitions.ReadInt64();
                partitions.ReadInt64();
                partitions.ReadNullableArray(static aborted => aborted.ReadInt64());
                return (error, partitions.ReadBytes());
            }).ShouldHaveSingleItem();
        }).ShouldHaveSingleItem();
    }

    /// <summary>The body of a Fetch, version 4, of as much as there is.</summary>
    public static void WriteFetch(WireWriter writer, string topic, long offset, int partition = 0, TimeSpan waits = default)
    {
        writer.WriteInt32(-1); // No replica.
        writer.WriteInt32((int)waits.TotalMilliseconds);
        writer.WriteInt32(1); // For how many bytes.
        writer.WriteInt32(int.MaxValue);
        writer.WriteInt8(0); // What is not committed, too.
        writer.WriteArray([topic], (topics, name) =>
        {
            topics.WriteString(name);
            topics.WriteArray([partition], (partitions, number) =>
            {
                partitions.WriteInt32(number);
                partitions.WriteInt64(offset);
                partitions.WriteInt32(int.MaxValue);
            });
        });
    }
}
