using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Writes and reads the batches of a topic's first partition over the wire, byte for byte.</summary>
internal static class BatchRequests
{
    /// <summary>Produce: writes a batch.</summary>
    /// <returns>The error, and what is said about it from version 8 on.</returns>
    public static async Task<(ErrorCode Error, string? Fault)> ProduceAsync(
        this ListenerClient client, short version, string topic, ReadOnlyMemory<byte> batch)
    {
        WireReader answer = await client.AskAsync(ApiKey.Produce, version, writer =>
        {
            writer.WriteString(null); // No transaction.
            writer.WriteInt16(-1); // All replicas.
            writer.WriteInt32(1_000);
            writer.WriteArray([topic], (topics, name) =>
            {
                topics.WriteString(name);
                topics.WriteArray([0], (partitions, number) =>
                {
                    partitions.WriteInt32(number);
                    partitions.WriteBytes(batch);
                    partitions.WriteTags();
                });
                topics.WriteTags();
            });
            writer.WriteTags();
        }, isFlexible: version >= 9);

        return answer.ReadArray(topics =>
        {
            topics.ReadString().ShouldBe(topic);
            return topics.ReadArray(partitions =>
            {
                partitions.ReadInt32().ShouldBe(0);
                var error = (ErrorCode)partitions.ReadInt16();
                partitions.ReadInt64();
                partitions.ReadInt64();
                if (version >= 5)
                {
                    (partitions.ReadInt64() >= 0).ShouldBe(error == ErrorCode.None, "Where the log begins is told to whoever has written.");
                }

                string? fault = null;
                if (version >= 8)
                {
                    partitions.ReadArray(static faults => faults.ReadInt32()).ShouldBeEmpty();
                    fault = partitions.ReadNullableString();
                }

                partitions.SkipTags();
                return (error, fault);
            }).ShouldHaveSingleItem();
        }).ShouldHaveSingleItem();
    }

    /// <summary>Fetch, of version 4 to 11: reads what there is from an offset on.</summary>
    public static async Task<(ErrorCode Error, List<ReadOnlyMemory<byte>> Batches)> FetchAsync(
        this ListenerClient client, short version, string topic, long offset)
    {
        WireReader answer = await client.AskAsync(ApiKey.Fetch, version, writer =>
        {
            writer.WriteInt32(-1); // No replica.
            writer.WriteInt32(0); // How long it waits, and for how many bytes.
            writer.WriteInt32(0);
            writer.WriteInt32(1024 * 1024);
            writer.WriteInt8(0); // What is not committed, too.
            if (version >= 7)
            {
                writer.WriteInt32(0); // No session.
                writer.WriteInt32(-1);
            }

            writer.WriteArray([topic], (topics, name) =>
            {
                topics.WriteString(name);
                topics.WriteArray([0], (partitions, number) =>
                {
                    partitions.WriteInt32(number);
                    if (version >= 9)
                    {
                        partitions.WriteInt32(-1); // The leader's epoch.
                    }

                    partitions.WriteInt64(offset);
                    if (version >= 5)
                    {
                        partitions.WriteInt64(-1);
                    }

                    partitions.WriteInt32(1024 * 1024);
                });
            });
            if (version >= 7)
            {
                writer.WriteArray(Array.Empty<int>(), static (_, _) => { });
            }

            if (version >= 11)
            {
                writer.WriteString(""); // The rack.
            }
        });

        answer.ReadInt32(); // Throttle time.
        if (version >= 7)
        {
            answer.ReadInt16().ShouldBe((short)ErrorCode.None);
            answer.ReadInt32();
        }

        return answer.ReadArray(topics =>
        {
            topics.ReadString().ShouldBe(topic);
            return topics.ReadArray(partition => ReadPartition(partition, version)).ShouldHaveSingleItem();
        }).ShouldHaveSingleItem();
    }

    private static (ErrorCode Error, List<ReadOnlyMemory<byte>> Batches) ReadPartition(WireReader reader, short version)
    {
        reader.ReadInt32();
        var error = (ErrorCode)reader.ReadInt16();
        reader.ReadInt64();
        reader.ReadInt64();
        if (version >= 5)
        {
            reader.ReadInt64();
        }

        reader.ReadNullableArray(static aborted => aborted.ReadInt64());
        if (version >= 11)
        {
            reader.ReadInt32();
        }

        ReadOnlyMemory<byte> bytes = reader.ReadNullableBytes() ?? default;
        var batches = new List<ReadOnlyMemory<byte>>();
        while (RecordBatchHeader.TryRead(bytes.Span, out RecordBatchHeader header))
        {
            batches.Add(bytes[..header.Length]);
            bytes = bytes[header.Length..];
        }

        return (error, batches);
    }
}
