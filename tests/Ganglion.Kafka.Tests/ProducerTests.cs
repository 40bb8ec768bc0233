using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Producing;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Tests;

/// <summary>What ends in an error, and what goes on after one: each test has a cluster of its own.</summary>
public sealed class ProducerTests : IAsyncLifetime
{
    private const int Produce = 0;
    private const int InitProducerId = 22;
    private const int EndTxn = 26;

    private MockCluster _cluster = null!;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await MockCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_has_failed_for_good_is_replaced()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);

        // The cluster does not allow idempotence.
        await _cluster.FailNextAsync(InitProducerId, (int)Client.ErrorCode.ClusterAuthorizationFailed);
        Task[] appending = [.. Enumerable.Range(0, 10).Select(_ => AppendAsync(producer, topic))];
        foreach (Task append in appending)
        {
            (await Should.ThrowAsync<KafkaException>(append)).Code.ShouldBe("kafka-unauthorized");
        }

        await AppendAsync(producer, topic);
        (await broker.Topics.GetOffsetAsync(new TopicPartition(topic, 0), OffsetPosition.Latest, Timeout)).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_appends_more_than_the_client_has_room_for_waits()
    {
        await using KafkaBroker broker = Open(("queue.buffering.max.messages", "10"));
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => AppendAsync(producer, topic)));
        await producer.CommitAsync(
            new AtomicCommit { Records = [.. Enumerable.Range(0, 500).Select(_ => new ProducerRecord(topic, new Record(null, new byte[1]), 0))] }, Timeout);

        (await broker.Topics.GetOffsetAsync(new TopicPartition(topic, 0), OffsetPosition.Latest, Timeout)).ShouldBeGreaterThanOrEqualTo(1000);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_record_that_the_client_or_the_cluster_finds_too_large_is_told()
    {
        await using KafkaBroker broker = Open(("message.max.bytes", "1000000"));
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);

        await ShouldBeTooLargeAsync(() => AppendAsync(producer, topic, new byte[2_000_000]));
        await ShouldBeTooLargeAsync(() => CommitAsync(producer, topic, new byte[2_000_000]));
        await _cluster.FailNextAsync(Produce, (int)Client.ErrorCode.MsgSizeTooLarge);
        await ShouldBeTooLargeAsync(() => AppendAsync(producer, topic));
        await _cluster.FailNextAsync(Produce, (int)Client.ErrorCode.MsgSizeTooLarge);
        await ShouldBeTooLargeAsync(() => CommitAsync(producer, topic));

        await AppendAsync(producer, topic);
        await UntilWrittenAsync(() => CommitAsync(producer, topic));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_commit_whose_end_nobody_confirms_is_neither_aborted_nor_made_again()
    {
        await using KafkaBroker broker = KafkaBroker.Open(MockBroker.OptionsFor(_cluster) with { RequestTimeout = TimeSpan.FromSeconds(5) });
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await CommitAsync(producer, topic);

        await _cluster.FailNextAsync(EndTxn, [.. Enumerable.Repeat((int)Client.ErrorCode.GroupCoordinatorNotAvailable, 500)]);

        (await Should.ThrowAsync<KafkaException>(() => CommitAsync(producer, topic))).Code.ShouldBe("commit-outcome-unknown");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_cannot_be_delivered_in_time_is_told()
    {
        await using KafkaBroker broker = Open(("message.timeout.ms", "3000"));
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await AppendAsync(producer, topic);

        await _cluster.SetAllAsync(isUp: false);
        (await Should.ThrowAsync<KafkaException>(() => AppendAsync(producer, topic))).Code.ShouldBe("kafka-unreachable");
        await _cluster.SetAllAsync(isUp: true);

        while (true)
        {
            try
            {
                await AppendAsync(producer, topic);
                break;
            }
            catch (KafkaException exception) when (exception.Code == "kafka-unreachable")
            {
                // It is not connected again yet.
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_on_its_way_when_the_broker_is_closed_arrives_or_fails()
    {
        KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await AppendAsync(producer, topic);
        Task[] arriving = [.. Enumerable.Range(0, 100).Select(_ => AppendAsync(producer, topic))];

        await broker.DisposeAsync();

        await Task.WhenAll(arriving);
        await Should.ThrowAsync<ObjectDisposedException>(() => AppendAsync(producer, topic));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_is_closed_fails_what_has_not_arrived()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync();
        var settings = new Dictionary<string, string> { ["bootstrap.servers"] = _cluster.BootstrapServers, ["enable.idempotence"] = "true" };
        using var client = new IdempotentClient(new NativeProducer(settings, _ => { }));
        await _cluster.SetAllAsync(isUp: false);
        client.TryAppend(new ProducerRecord(topic, new Record(null, new byte[1]), 0), out Task<TopicPartitionOffset>? acknowledged).ShouldBeTrue();

        client.Close(TimeSpan.Zero, new ObjectDisposedException("the broker"));

        await Should.ThrowAsync<ObjectDisposedException>(acknowledged!);
        Should.Throw<ObjectDisposedException>(() => client.TryAppend(new ProducerRecord(topic, default(Record), 0), out _));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_that_is_not_there_is_told_at_once_where_topics_are_not_created()
    {
        await using KafkaBroker broker = KafkaBroker.Open(MockBroker.OptionsFor(_cluster) with { AutoCreateTopics = false });
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        long began = TimeProvider.System.GetTimestamp();

        (await Should.ThrowAsync<TopicException>(() => AppendAsync(producer, "unknown"))).Code.ShouldBe("topic-not-found");
        (await Should.ThrowAsync<TopicException>(() => CommitAsync(producer, "unknown"))).Code.ShouldBe("topic-not-found");

        // The client itself would wait half a minute for somebody to create it.
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(20));
        await _cluster.CreateTopicAsync("unknown", partitions: 1);
        await AppendAsync(producer, "unknown");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_that_is_deleted_in_between_is_told_and_created_anew()
    {
        await using KafkaBroker broker = MockBroker.Open(_cluster);
        string topic = await broker.CreateTopicAsync(partitions: 2);
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await AppendAsync(producer, topic);
        await CommitAsync(producer, topic);

        await _cluster.DeleteTopicAsync(topic);
        (await Should.ThrowAsync<TopicException>(() => AppendAsync(producer, topic))).Code.ShouldBe("topic-not-found");
        await UntilWrittenAsync(() => AppendAsync(producer, topic));
        await UntilWrittenAsync(() => CommitAsync(producer, topic));

        (await broker.Topics.FindAsync(topic, Timeout))!.Partitions.Count.ShouldBe(1);
    }

    // As the runtime does: the native client may need a moment for a topic that is new, and a turn to number its records anew.
    private static async Task UntilWrittenAsync(Func<Task> write)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (GanglionException exception) when (exception.Code is "topic-not-found" or "kafka-failed")
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), Timeout);
            }
        }
    }

    private static async Task ShouldBeTooLargeAsync(Func<Task> write) =>
        (await Should.ThrowAsync<RecordTooLargeException>(write)).Code.ShouldBe("record-too-large");

    private KafkaBroker Open(params (string Name, string Value)[] settings) => KafkaBroker.Open(MockBroker.OptionsFor(_cluster) with
    {
        Client = settings.ToDictionary(setting => setting.Name, setting => setting.Value),
    });

    private static async Task AppendAsync(IEventProducer producer, string topic, byte[]? value = null) =>
        await producer.AppendAsync(new ProducerRecord(topic, new Record(null, value ?? [1]), 0), Timeout);

    private static async Task CommitAsync(IEventProducer producer, string topic, byte[]? value = null) =>
        await producer.CommitAsync(new AtomicCommit { Records = [new ProducerRecord(topic, new Record(null, value ?? [1]), 0)] }, Timeout);
}
