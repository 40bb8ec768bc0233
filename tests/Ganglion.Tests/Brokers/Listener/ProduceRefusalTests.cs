using System.Buffers.Binary;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What is not written, and what whoever sends it is told.</summary>
public sealed class ProduceRefusalTests : ListenerTests
{
    private const short Nobody = 0;

    protected override async Task PrepareAsync()
    {
        await Broker.Topics.CreateAsync("notes", new TopicSettings { MaxMessageBytes = 2048 }, Deadline);
        await Broker.Topics.CreateAsync("compacted", new TopicSettings { Cleanup = CleanupPolicy.Compact }, Deadline);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_batch_that_nothing_is_wrong_with_is_written()
    {
        (await Client.ProduceAsync("notes", Batch())).ShouldBe((ErrorCode.None, 0));
        (await EndOfAsync("notes")).ShouldBe(1);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("nowhere", "", 3)] // UNKNOWN_TOPIC_OR_PARTITION
    [InlineData("notes", "nothing", 87)] // INVALID_RECORD
    [InlineData("notes", "cut off", 87)]
    [InlineData("notes", "two", 87)]
    [InlineData("notes", "older format", 87)]
    [InlineData("notes", "damaged", 2)] // CORRUPT_MESSAGE
    [InlineData("notes", "large", 10)] // MESSAGE_TOO_LARGE
    [InlineData("notes", "marker", 87)]
    [InlineData("notes", "transaction of nobody", 87)]
    [InlineData("notes", "no such compression", 76)] // UNSUPPORTED_COMPRESSION_TYPE
    [InlineData("compacted", "", 87)] // Without a key.
    public async Task A_batch_that_is_refused_is_not_written(string topic, string what, short error)
    {
        (await Client.ProduceAsync(topic, Spoilt(what))).ShouldBe(((ErrorCode)error, -1));

        (await EndOfAsync("notes")).ShouldBe(0);
        (await EndOfAsync("compacted")).ShouldBe(0);
    }

    [Fact(Timeout = 30_000)]
    public async Task Nobody_knows_other_acknowledgements_than_three()
    {
        await Client.SendAsync(Request("notes", Batch(), acks: 2));

        byte[] answer = (await Client.ReceiveAsync())!;
        BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(^22..)).ShouldBe((short)ErrorCode.InvalidRequiredAcks);
        (await EndOfAsync("notes")).ShouldBe(0);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_does_not_want_to_be_told_is_disconnected_when_he_is_refused()
    {
        await Client.SendAsync(Request("notes", Batch(), Nobody));
        (await Client.AskAsync(ApiKey.ApiVersions, 0, _ => { })).ReadInt16().ShouldBe((short)ErrorCode.None);
        (await EndOfAsync("notes")).ShouldBe(1);

        await Client.SendAsync(Request("notes", Spoilt("damaged"), Nobody));

        (await Client.ReceiveAsync()).ShouldBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_has_a_transaction_open_is_told_that_nothing_is_written_outside_of_it()
    {
        var notes = new TopicPartition("notes", 0);
        await OpenTransaction.BeginAsync(Broker, notes);
        (long id, short epoch) = Broker.Catalog.Get(notes).Producers.Open().ShouldHaveSingleItem();

        (await Client.ProduceAsync("notes", ProducedBatches.Encode(id, epoch, sequence: 1, ["x"], isTransactional: false)))
            .ShouldBe((ErrorCode.InvalidTxnState, -1));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_brokers_own_topics_are_written_by_nobody_else()
    {
        await Broker.Own.AppendInternalAsync(TransactionTopic.Name, [TransactionTopic.EncodeTombstone("t")], Deadline);
        Partition own = Broker.Catalog.Get(new TopicPartition(TransactionTopic.Name, 0));
        long end = own.HighWatermark;

        (await Client.ProduceAsync(TransactionTopic.Name, Batch())).ShouldBe((ErrorCode.InvalidTopic, -1));

        own.HighWatermark.ShouldBe(end);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_version_that_is_told_and_not_served_ends_the_connection()
    {
        // It looks like one that is.
        await Client.SendAsync(ListenerClient.Encode(ApiKey.Produce, 2, 1, static writer =>
        {
            writer.WriteString(null);
            writer.WriteInt16(-1);
            writer.WriteInt32(1_000);
            writer.WriteArray(Array.Empty<int>(), static (_, _) => { });
        }));

        (await Client.ReceiveAsync()).ShouldBeNull();
    }

    private async Task<long> EndOfAsync(string topic) => await Broker.Topics.GetOffsetAsync(new TopicPartition(topic, 0), OffsetPosition.Latest, Deadline);

    private static byte[] Batch(int bytes = 10) =>
        ProducedBatches.Encode(id: -1, epoch: -1, sequence: -1, [new string('x', bytes)], isTransactional: false).ToArray();

    private static byte[] Spoilt(string how)
    {
        byte[] batch = Batch(how == "large" ? 4096 : 10);
        switch (how)
        {
            case "nothing":
                return [];
            case "cut off":
                return batch[..^1];
            case "two":
                return [.. batch, .. batch];
            case "older format":
                batch[16] = 1;
                break;
            case "damaged":
                batch[^1]++;
                break;
            case "marker":
                SetAttributes(batch, RecordBatchHeader.ControlMask);
                break;
            case "transaction of nobody":
                SetAttributes(batch, RecordBatchHeader.TransactionalMask);
                break;
            case "no such compression":
                SetAttributes(batch, 7);
                break;
        }

        return batch;
    }

    private static void SetAttributes(byte[] batch, short attributes)
    {
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(RecordBatchHeader.AttributesPosition), attributes);
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchHeader.CrcPosition), Crc32C.Compute(batch.AsSpan(RecordBatchHeader.AttributesPosition)));
    }

    private static byte[] Request(string topic, byte[] batch, short acks) => ListenerClient.Encode(ApiKey.Produce, 3, 1, writer =>
    {
        writer.WriteString(null); // No transaction.
        writer.WriteInt16(acks);
        writer.WriteInt32(1_000);
        writer.WriteArray([topic], (topics, name) =>
        {
            topics.WriteString(name);
            topics.WriteArray([batch], static (partitions, records) =>
            {
                partitions.WriteInt32(0);
                partitions.WriteBytes(new ReadOnlyMemory<byte>(records));
            });
        });
    });
}
