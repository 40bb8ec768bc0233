using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests;

/// <summary>What a cluster does to those who use it: each test has one of its own.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private MockCluster _cluster = null!;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await MockCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact(Timeout = 120_000)]
    public async Task What_is_appended_while_all_brokers_are_down_arrives_once_when_they_are_back()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await using IEventReader reader = await OpenAsync(broker, topic);
        await AppendAsync(producer, topic, 0);

        await _cluster.SetAllAsync(isUp: false);
        Task[] appending = [.. Enumerable.Range(1, 20).Select(number => AppendAsync(producer, topic, number))];
        await _cluster.SetAllAsync(isUp: true);
        await Task.WhenAll(appending);

        (await TakeAsync(reader, 21)).ShouldBe(Enumerable.Range(0, 21).Select(number => (byte)number));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_commit_that_the_cluster_fails_now_and_then_is_made_or_told()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await CommitAsync(producer, topic, 0);

        // EndTxn: the coordinator is loading, has moved, and the connection is lost.
        await _cluster.FailNextAsync(26, 14, 16, -195);
        await CommitAsync(producer, topic, 1);

        // Produce: not enough replicas.
        await _cluster.FailNextAsync(0, 19, 20);
        await CommitAsync(producer, topic, 2);

        await using IEventReader reader = await OpenAsync(broker, topic);
        (await TakeAsync(reader, 3)).ShouldBe([0, 1, 2]);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_producer_that_is_fenced_is_told_and_its_successor_writes_on()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await CommitAsync(producer, topic, 0);

        // AddPartitionsToTxn: a newer epoch of the transactional id is at work.
        await _cluster.FailNextAsync(24, 90);
        GanglionException fenced = await Should.ThrowAsync<GanglionException>(() => CommitAsync(producer, topic, 1));
        await CommitAsync(producer, topic, 2);

        fenced.Code.ShouldBe("producer-fenced");
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_asks_for_groups_and_topics_is_told_when_the_broker_is_disposed_of()
    {
        KafkaBroker broker = MockBroker.Open(_cluster);
        await broker.CreateTopicAsync();
        await _cluster.SetAllAsync(isUp: false);
        Task groups = broker.Groups.ListAsync(Timeout).AsTask();
        Task topics = broker.Topics.ListAsync(Timeout).AsTask();

        await broker.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(groups);
        await Should.ThrowAsync<ObjectDisposedException>(topics);
    }

    [Fact(Timeout = 60_000)]
    public async Task Brokers_that_cannot_list_their_groups_do_no_harm()
    {
        // The mock knows no such request.
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        for (int i = 0; i < 10; i++)
        {
            await Should.ThrowAsync<GanglionException>(() => broker.Groups.ListAsync(Timeout).AsTask());
        }
    }

    private static async Task AppendAsync(IEventProducer producer, string topic, int number) =>
        await producer.AppendAsync(new ProducerRecord(topic, RecordOf(number), 0), Timeout);

    private static async Task CommitAsync(IEventProducer producer, string topic, int number) =>
        await producer.CommitAsync(new AtomicCommit { Records = [new ProducerRecord(topic, RecordOf(number), 0)] }, Timeout);

    private static Record RecordOf(int number) => new(null, new[] { (byte)number });

    private static Task<IEventReader> OpenAsync(KafkaBroker broker, string topic) => broker.CreateReaderAsync(
        new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [new(topic, 0)] = OffsetPosition.Earliest } }, Timeout).AsTask();

    private static async Task<List<byte>> TakeAsync(IEventReader reader, int count)
    {
        var values = new List<byte>();
        while (values.Count < count)
        {
            values.AddRange((await reader.ReadAsync(Timeout)).Records.Select(record => record.Record.Value!.Value.Span[0]));
        }

        return values;
    }
}
