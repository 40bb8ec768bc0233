using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Kafka.Tests;

public sealed class ReadingTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_record_comes_back_as_it_was()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        var headers = RecordHeaders.Create(new RecordHeader("a", "1"), new RecordHeader("b", default(ReadOnlyMemory<byte>?)), new RecordHeader("a", "2"));
        Record[] sent =
        [
            new(Bytes("key"), Bytes("value"), headers, time),
            new(null, Array.Empty<byte>(), default, time),
            new(Array.Empty<byte>(), null, default, time),
        ];

        IReadOnlyList<TopicPartitionOffset> places = await producer.AppendAsync([.. sent.Select(record => new ProducerRecord(topic, record))], Timeout);

        places.Select(place => place.Offset).ShouldBe([0, 1, 2]);
        List<ConsumedRecord> read = await TakeAsync(broker, topic, OffsetPosition.Earliest, 3);
        read.Select(record => record.Offset).ShouldBe([0, 1, 2]);
        foreach ((Record was, Record now) in sent.Zip(read.Select(record => record.Record)))
        {
            (now.Key is null).ShouldBe(was.Key is null);
            (now.Value is null).ShouldBe(was.Value is null);
            now.Key.GetValueOrDefault().ToArray().ShouldBe(was.Key.GetValueOrDefault().ToArray());
            now.Value.GetValueOrDefault().ToArray().ShouldBe(was.Value.GetValueOrDefault().ToArray());
            now.Headers.Select(header => (header.Name, header.Text)).ShouldBe(was.Headers.Select(header => (header.Name, header.Text)));
            now.Timestamp.ShouldBe(time);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_is_told_at_each_read_that_the_broker_was_disposed_of()
    {
        KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventReader reader = await OpenAsync(broker, topic, OffsetPosition.Earliest);
        ValueTask<ConsumedBatch> waiting = reader.ReadAsync(Timeout);

        await broker.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(async () => await waiting);
        await Should.ThrowAsync<ObjectDisposedException>(async () => await reader.ReadAsync(Timeout));
        await Should.ThrowAsync<ObjectDisposedException>(async () => await reader.ReadAsync(Timeout));
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_reads_a_partition_beside_another_has_a_client_for_as_long_as_it_reads()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await AppendAsync(broker, topic, 0, 1);
        await using IEventReader first = await OpenAsync(broker, topic, OffsetPosition.Earliest);
        await TakeAsync(first, 1);
        broker.Fetchers.ShouldBe(1);

        await using (IEventReader second = await OpenAsync(broker, topic, OffsetPosition.Earliest))
        {
            await TakeAsync(second, 1);
            broker.Fetchers.ShouldBe(2);
        }

        while (broker.Fetchers > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Timeout);
        }

        await AppendAsync(broker, topic, 1, 2);
        (await TakeAsync(first, 1))[0].Offset.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_begins_where_it_is_told_and_goes_on_elsewhere()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await AppendAsync(broker, topic, 0, 100);

        (await TakeAsync(broker, topic, OffsetPosition.At(40), 1))[0].Offset.ShouldBe(40);
        await using IEventReader reader = await OpenAsync(broker, topic, OffsetPosition.Earliest);
        (await TakeAsync(reader, 100)).Count.ShouldBe(100);
        reader.GetPosition(new TopicPartition(topic, 0)).ShouldBe(100);
        reader.Seek(new TopicPartition(topic, 0), 20);
        List<ConsumedRecord> again = await TakeAsync(reader, 80);

        again.Select(record => record.Offset).ShouldBe(Enumerable.Range(20, 80).Select(offset => (long)offset));
        OffsetOutOfRangeException behind = await Should.ThrowAsync<OffsetOutOfRangeException>(
            async () => await OpenAsync(broker, topic, OffsetPosition.At(101)));
        behind.Code.ShouldBe("offset-out-of-range");
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_batch_tells_how_much_lies_behind_it()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await AppendAsync(broker, topic, 0, 3_000);
        await using IEventReader reader = await OpenAsync(broker, topic, OffsetPosition.Earliest, maxBytes: 1_000);
        ConsumedBatch batch;
        do
        {
            batch = await reader.ReadAsync(Timeout);
            batch.HighWatermark.ShouldBe(3_000);
        }
        while (batch.NextOffset < 3_000);

        // It has grown since it was looked at last.
        await AppendAsync(broker, topic, 3_000, 1);
        (await reader.ReadAsync(Timeout)).HighWatermark.ShouldBe(3_001);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_topic_or_partition_is_told()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();

        foreach (TopicPartition unknown in new TopicPartition[] { new(topic, 7), new($"unknown.{Guid.NewGuid():N}", 0) })
        {
            TopicException exception = await Should.ThrowAsync<TopicException>(
                async () => await broker.Topics.GetOffsetAsync(unknown, OffsetPosition.Latest, Timeout));
            exception.Code.ShouldBe("topic-not-found");
        }

        (await broker.Topics.FindAsync($"unknown.{Guid.NewGuid():N}", Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Readers_of_the_same_partition_do_not_disturb_each_other()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventReader first = await OpenAsync(broker, topic, OffsetPosition.Latest);
        await using IEventReader second = await OpenAsync(broker, topic, OffsetPosition.Earliest);

        await AppendAsync(broker, topic, 0, 50);

        (await TakeAsync(first, 50)).Select(record => record.Offset).ShouldBe(Enumerable.Range(0, 50).Select(offset => (long)offset));
        (await TakeAsync(second, 50)).Select(record => record.Offset).ShouldBe(Enumerable.Range(0, 50).Select(offset => (long)offset));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_that_takes_little_at_a_time_gets_everything_in_order()
    {
        // So much more than may wait that fetching is held back and goes on, many times.
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await AppendAsync(broker, topic, 0, 2_000, size: 1_000);
        var options = new ReaderOptions
        {
            From = new Dictionary<TopicPartition, OffsetPosition> { [new(topic, 0)] = OffsetPosition.Earliest },
            MaxBytes = 20_000,
        };
        await using IEventReader reader = await broker.CreateReaderAsync(options, Timeout);

        List<ConsumedRecord> read = await TakeAsync(reader, 2_000);

        read.Select(record => record.Offset).ShouldBe(Enumerable.Range(0, 2_000).Select(offset => (long)offset));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_held_back_is_fetched_again_elsewhere_and_by_the_next_reader()
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        // The mock keeps five megabytes of a partition.
        await AppendAsync(broker, topic, 0, 4_500, size: 1_000);
        for (int round = 0; round < 2; round++)
        {
            await using IEventReader reader = await OpenAsync(broker, topic, OffsetPosition.Earliest, maxBytes: 100_000);
            (await reader.ReadAsync(Timeout)).Records[0].Offset.ShouldBe(0);
            await WhenHeldBackAsync(broker);
            reader.Seek(new TopicPartition(topic, 0), 4_499);

            (await TakeAsync(reader, 1))[0].Offset.ShouldBe(4_499);

            reader.Seek(new TopicPartition(topic, 0), 0);
            await WhenHeldBackAsync(broker);
        }
    }

    private static async Task WhenHeldBackAsync(KafkaBroker broker)
    {
        while (broker.HeldBack == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }

    private static Task<IEventReader> OpenAsync(KafkaBroker broker, string topic, OffsetPosition position, int maxBytes = 1_000_000) =>
        broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [new(topic, 0)] = position }, MaxBytes = maxBytes }, Timeout).AsTask();

    private static async Task AppendAsync(KafkaBroker broker, string topic, int from, int count, int size = 10)
    {
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(
            [.. Enumerable.Range(from, count).Select(number => new ProducerRecord(topic, new Record(null, new byte[size]), 0))], Timeout);
    }

    private static async Task<List<ConsumedRecord>> TakeAsync(KafkaBroker broker, string topic, OffsetPosition position, int count)
    {
        await using IEventReader reader = await OpenAsync(broker, topic, position);
        return await TakeAsync(reader, count);
    }

    private static async Task<List<ConsumedRecord>> TakeAsync(IEventReader reader, int count)
    {
        var records = new List<ConsumedRecord>();
        while (records.Count < count)
        {
            records.AddRange((await reader.ReadAsync(Timeout)).Records);
        }

        return records;
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
