using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What a client is answered that goes by the ids of topics.</summary>
public sealed class FetchTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _listener = await ListenerClient.ListenAsync(_broker);
        _client = ListenerClient.Connect(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(17)]
    public async Task A_topic_is_read_by_its_id(short version)
    {
        Guid id = await CreateAsync();

        (await FetchAsync(version, id)).ShouldBe((id, ErrorCode.None, 1));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_topic_that_was_made_anew_is_another_one()
    {
        Guid gone = await CreateAsync();
        await _broker.Topics.DeleteAsync("notes", Deadline);
        Guid id = await CreateAsync();

        (await FetchAsync(17, gone)).ShouldBe((gone, ErrorCode.UnknownTopicId, 0));
        (await FetchAsync(17, id)).ShouldBe((id, ErrorCode.None, 1));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_is_bounded_whatever_is_asked_for()
    {
        const int MiB = 1024 * 1024;
        TopicDescription topic = await _broker.Topics.CreateAsync("notes", cancellationToken: Deadline);
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Deadline);
        for (int i = 0; i < 20; i++)
        {
            await producer.AppendAsync(new ProducerRecord("notes", new Record(null, new byte[MiB - 1024]), 0), Deadline);
        }

        (_, _, int bytes) = await FetchAsync(17, topic.Id, int.MaxValue, static batches => batches.Length);

        bytes.ShouldBeInRange(15 * MiB, 16 * MiB);
    }

    // With one record.
    private async Task<Guid> CreateAsync()
    {
        TopicDescription topic = await _broker.Topics.CreateAsync("notes", cancellationToken: Deadline);
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Deadline);
        await producer.AppendAsync(new ProducerRecord("notes", new Record(null, Encoding.UTF8.GetBytes("hello")), 0), Deadline);
        return topic.Id;
    }

    private Task<(Guid Id, ErrorCode Error, int Records)> FetchAsync(short version, Guid id) =>
        FetchAsync(version, id, 1024 * 1024, static batches => RecordBatchHeader.TryRead(batches.Span, out RecordBatchHeader header) ? header.RecordCount : 0);

    // Forgets a topic, too, that no session has.
    private async Task<(Guid Id, ErrorCode Error, int Result)> FetchAsync(short version, Guid id, int bytes, Func<ReadOnlyMemory<byte>, int> read)
    {
        WireReader answer = await _client.AskAsync(
            ApiKey.Fetch,
            version,
            writer =>
            {
                if (version < 15)
                {
                    writer.WriteInt32(-1); // No replica.
                }

                writer.WriteInt32(0); // How long it waits.
                writer.WriteInt32(0); // For how many bytes.
                writer.WriteInt32(bytes);
                writer.WriteInt8(0); // What is not committed, too.
                writer.WriteInt32(0); // No session.
                writer.WriteInt32(-1);
                writer.WriteArray([id], (topics, topic) =>
                {
                    topics.WriteUuid(topic);
                    topics.WriteArray([0], (partitions, partition) =>
                    {
                        partitions.WriteInt32(partition);
                        partitions.WriteInt32(-1); // Epochs, and between them where to read.
                        partitions.WriteInt64(0);
                        partitions.WriteInt32(-1);
                        partitions.WriteInt64(-1);
                        partitions.WriteInt32(bytes);
                        partitions.WriteTags();
                    });
                    topics.WriteTags();
                });
                writer.WriteArray([Guid.NewGuid()], (forgotten, topic) =>
                {
                    forgotten.WriteUuid(topic);
                    forgotten.WriteArray([0], static (partitions, partition) => partitions.WriteInt32(partition));
                    forgotten.WriteTags();
                });
                writer.WriteString(""); // The rack.
                writer.WriteTags();
            },
            isFlexible: true);

        answer.ReadInt32(); // Throttle time.
        answer.ReadInt16().ShouldBe((short)ErrorCode.None);
        answer.ReadInt32().ShouldBe(0);
        return answer.ReadArray(topics =>
        {
            Guid answered = topics.ReadUuid();
            (ErrorCode Error, int Result) partition = topics.ReadArray(partition => ReadPartition(partition, read)).ShouldHaveSingleItem();
            topics.SkipTags();
            return (answered, partition.Error, partition.Result);
        }).ShouldHaveSingleItem();
    }

    private static (ErrorCode Error, int Result) ReadPartition(WireReader reader, Func<ReadOnlyMemory<byte>, int> read)
    {
        reader.ReadInt32();
        var error = (ErrorCode)reader.ReadInt16();
        reader.ReadInt64();
        reader.ReadInt64();
        reader.ReadInt64();
        reader.ReadNullableArray(static aborted => aborted.ReadInt64());
        reader.ReadInt32();
        ReadOnlyMemory<byte> batches = reader.ReadNullableBytes() ?? default;
        reader.SkipTags();
        return (error, read(batches));
    }
}
