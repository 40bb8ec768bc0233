using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Which offsets a client is told for a time.</summary>
public sealed class ListOffsetsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    [Theory(Timeout = 30_000)]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 60)] // The next record is told with its own time.
    [InlineData(60, 1, 60)]
    [InlineData(61, -1, null)]
    public async Task A_time_finds_the_first_record_that_is_not_older(int second, long offset, int? found)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Deadline);
        Record[] records = [new(null, new byte[1]) { Timestamp = Start }, new(null, new byte[1]) { Timestamp = Start.AddSeconds(60) }];
        foreach (Record record in records)
        {
            await producer.AppendAsync(new ProducerRecord("t", record, 0), Deadline);
        }

        await using KafkaListener listener = await ListenerClient.ListenAsync(broker);
        await using ListenerClient client = ListenerClient.Connect(listener);

        (await FindAsync(client, Start.AddSeconds(second))).ShouldBe((found is { } at ? Start.AddSeconds(at).ToUnixTimeMilliseconds() : -1, offset));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(-1, 2)]
    [InlineData(-2, 0)]
    [InlineData(-4, 0)] // The first that is stored here: all are.
    [InlineData(-5, -1)] // The last that is stored elsewhere: none is.
    public async Task A_newer_version_finds_the_ends_of_what_is_stored_here_and_elsewhere(long time, long offset)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Deadline);
        await producer.AppendAsync([new ProducerRecord("t", new Record(null, new byte[1]), 0), new ProducerRecord("t", new Record(null, new byte[1]), 0)], Deadline);
        await using KafkaListener listener = await ListenerClient.ListenAsync(broker);
        await using ListenerClient client = ListenerClient.Connect(listener);

        WireReader answer = await client.AskAsync(ApiKey.ListOffsets, 9, writer =>
        {
            writer.WriteInt32(-1); // No replica.
            writer.WriteInt8(0); // All records.
            writer.WriteArray(["t"], (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteArray([0], (partitions, partition) =>
                {
                    partitions.WriteInt32(partition);
                    partitions.WriteInt32(-1); // No epoch of the leader.
                    partitions.WriteInt64(time);
                    partitions.WriteTags();
                });
                topics.WriteTags();
            });
            writer.WriteTags();
        }, isFlexible: true);

        answer.ReadInt32(); // Throttle time.
        answer.ReadArray(topics =>
        {
            topics.ReadString();
            long found = topics.ReadArray(partition =>
            {
                partition.ReadInt32();
                ((ErrorCode)partition.ReadInt16()).ShouldBe(ErrorCode.None);
                partition.ReadInt64(); // The time.
                long told = partition.ReadInt64();
                partition.ReadInt32(); // The epoch of the leader.
                partition.SkipTags();
                return told;
            }).ShouldHaveSingleItem();
            topics.SkipTags();
            return found;
        }).ShouldHaveSingleItem().ShouldBe(offset);
    }

    private static async Task<(long Time, long Offset)> FindAsync(ListenerClient client, DateTimeOffset time)
    {
        WireReader answer = await client.AskAsync(ApiKey.ListOffsets, 1, writer =>
        {
            writer.WriteInt32(-1); // No replica.
            writer.WriteArray(["t"], (topics, topic) =>
            {
                topics.WriteString(topic);
                topics.WriteArray([0], (partitions, partition) =>
                {
                    partitions.WriteInt32(partition);
                    partitions.WriteInt64(time.ToUnixTimeMilliseconds());
                });
            });
        });

        (long, long) found = default;
        answer.ReadArray(topics =>
        {
            topics.ReadString();
            return topics.ReadArray(partition =>
            {
                partition.ReadInt32();
                partition.ReadInt16().ShouldBe((short)ErrorCode.None);
                return found = (partition.ReadInt64(), partition.ReadInt64());
            });
        });
        return found;
    }
}
