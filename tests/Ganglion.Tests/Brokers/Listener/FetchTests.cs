using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What a client is answered that goes by the ids of topics.</summary>
public sealed class FetchTests : ListenerTests
{
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
        await Broker.Topics.DeleteAsync("notes", Deadline);
        Guid id = await CreateAsync();

        (await FetchAsync(17, gone)).ShouldBe((gone, ErrorCode.UnknownTopicId, 0));
        (await FetchAsync(17, id)).ShouldBe((id, ErrorCode.None, 1));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_is_bounded_whatever_is_asked_for()
    {
        const int MiB = 1024 * 1024;
        TopicDescription topic = await Broker.Topics.CreateAsync("notes", cancellationToken: Deadline);
        await using IEventProducer producer = await Broker.CreateProducerAsync(cancellationToken: Deadline);
        for (int i = 0; i < 20; i++)
        {
            await producer.AppendAsync(new ProducerRecord("notes", new Record(null, new byte[MiB - 1024]), 0), Deadline);
        }

        (_, _, int bytes) = await FetchAsync(17, topic.Id, int.MaxValue, static batches => batches.Length);

        bytes.ShouldBeInRange(15 * MiB, 16 * MiB);
    }

    [Fact(Timeout = 20_000)]
    public async Task Nobody_waits_for_more_bytes_than_the_answer_may_have()
    {
        Guid id = await CreateAsync();

        WireReader answer = await AskAsync(17, [id], bytes: 10, minBytes: 1_000_000, maxWait: 60_000);

        ReadAnswer(answer, static batches => batches.Length).ShouldHaveSingleItem().Result.ShouldBeGreaterThan(10);
    }

    [Fact(Timeout = 20_000)]
    public async Task Nobody_waits_for_no_partitions()
    {
        WireReader answer = await AskAsync(17, [], bytes: 1000, minBytes: 1, maxWait: 60_000);

        ReadAnswer(answer, static batches => batches.Length).ShouldBeEmpty();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, 0, (short)ErrorCode.None)]
    [InlineData(77, 0, (short)ErrorCode.None)]
    [InlineData(77, -1, (short)ErrorCode.None)]
    [InlineData(77, 1, (short)ErrorCode.FetchSessionIdNotFound)]
    public async Task Who_begins_or_ends_a_session_reads_without_one(int session, int epoch, short error)
    {
        Guid id = await CreateAsync();

        WireReader answer = await AskAsync(17, [id], bytes: 1000, session: session, sessionEpoch: epoch);

        ReadAnswer(answer, static batches => batches.Length, (ErrorCode)error).Count.ShouldBe(error == 0 ? 1 : 0);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, (short)ErrorCode.None)]
    [InlineData(1, (short)ErrorCode.UnknownLeaderEpoch)]
    [InlineData(-2, (short)ErrorCode.FencedLeaderEpoch)]
    public async Task Who_takes_somebody_else_for_the_leader_is_told(int epoch, short error)
    {
        Guid id = await CreateAsync();

        WireReader answer = await AskAsync(17, [id], bytes: 1000, epoch: epoch);

        ReadAnswer(answer, static batches => Math.Min(batches.Length, 1)).ShouldHaveSingleItem().ShouldBe((id, (ErrorCode)error, error == 0 ? 1 : 0));
    }

    // With one record.
    private async Task<Guid> CreateAsync()
    {
        TopicDescription topic = await Broker.Topics.CreateAsync("notes", cancellationToken: Deadline);
        await using IEventProducer producer = await Broker.CreateProducerAsync(cancellationToken: Deadline);
        await producer.AppendAsync(new ProducerRecord("notes", new Record(null, Encoding.UTF8.GetBytes("hello")), 0), Deadline);
        return topic.Id;
    }

    private Task<(Guid Id, ErrorCode Error, int Records)> FetchAsync(short version, Guid id) =>
        FetchAsync(version, id, 1024 * 1024, static batches => RecordBatchHeader.TryRead(batches.Span, out RecordBatchHeader header) ? header.RecordCount : 0);

    private async Task<(Guid Id, ErrorCode Error, int Result)> FetchAsync(short version, Guid id, int bytes, Func<ReadOnlyMemory<byte>, int> read) =>
        ReadAnswer(await AskAsync(version, [id], bytes), read).ShouldHaveSingleItem();

    // Forgets a topic, too, that no session has.
    private Task<WireReader> AskAsync(
        short version, Guid[] ids, int bytes, int minBytes = 0, int maxWait = 0, int session = 0, int sessionEpoch = -1, int epoch = -1) => Client.AskAsync(
            ApiKey.Fetch,
            version,
            writer =>
            {
                if (version < 15)
                {
                    writer.WriteInt32(-1); // No replica.
                }

                writer.WriteInt32(maxWait);
                writer.WriteInt32(minBytes);
                writer.WriteInt32(bytes);
                writer.WriteInt8(0); // What is not committed, too.
                writer.WriteInt32(session);
                writer.WriteInt32(sessionEpoch);
                writer.WriteArray(ids, (topics, topic) =>
                {
                    topics.WriteUuid(topic);
                    topics.WriteArray([0], (partitions, partition) =>
                    {
                        partitions.WriteInt32(partition);
                        partitions.WriteInt32(epoch); // Of the leader; then where to read, and the epoch of what lies before.
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

    private static List<(Guid Id, ErrorCode Error, int Result)> ReadAnswer(
        WireReader answer, Func<ReadOnlyMemory<byte>, int> read, ErrorCode error = ErrorCode.None)
    {
        answer.ReadInt32(); // Throttle time.
        answer.ReadInt16().ShouldBe((short)error);
        answer.ReadInt32().ShouldBe(0);
        return answer.ReadArray(topics =>
        {
            Guid answered = topics.ReadUuid();
            (ErrorCode Error, int Result) partition = topics.ReadArray(partition => ReadPartition(partition, read)).ShouldHaveSingleItem();
            topics.SkipTags();
            return (answered, partition.Error, partition.Result);
        });
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
