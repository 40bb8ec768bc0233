using Confluent.Kafka;
using Ganglion.Brokers;
using Ganglion.Kafka.Tests.Requests;

namespace Ganglion.Kafka.Tests;

/// <summary>Offsets of a group in a transaction of another process that has not ended yet, because the process was killed or is slow (KIP-447).</summary>
public sealed class PendingOffsetTests : IAsyncLifetime
{
    private const string Topic = "orders";
    private const string Group = "clerks";

    private RefusingCluster _cluster = null!;
    private KafkaBroker _broker = null!;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RefusingCluster.StartAsync();
        _broker = KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = _cluster.BootstrapServers });
        await _broker.Topics.CreateAsync(Topic, new TopicSettings { Partitions = 1 }, Timeout);
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync([.. Enumerable.Range(0, 5).Select(_ => new ProducerRecord(Topic, new Record(null, new byte[1]), 0))], Timeout);
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_member_that_takes_over_waits_for_the_offsets_that_are_on_their_way()
    {
        using IProducer<byte[], byte[]> other = BeginWithOffset(3);
        await using IEventConsumer member = await _broker.CreateConsumerAsync(new ConsumerOptions { GroupId = Group, Topics = [Topic] }, Timeout);
        Task<ConsumedBatch> reading = member.ReadAsync(Timeout).AsTask();
        await WhenAskedForOffsetsAsync();

        other.CommitTransaction();

        (await reading).Records[0].Offset.ShouldBe(3);
    }

    private IProducer<byte[], byte[]> BeginWithOffset(long offset)
    {
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = _cluster.BootstrapServers, GroupId = Group }).SetLogHandler((_, _) => { }).Build();
        IProducer<byte[], byte[]> producer = new ProducerBuilder<byte[], byte[]>(
            new ProducerConfig { BootstrapServers = _cluster.BootstrapServers, TransactionalId = "other" }).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        producer.SendOffsetsToTransaction(
            [new Confluent.Kafka.TopicPartitionOffset(Topic, 0, offset)], consumer.ConsumerGroupMetadata, TimeSpan.FromSeconds(30));
        return producer;
    }

    // Twice: the first answer has not been enough.
    private async Task WhenAskedForOffsetsAsync()
    {
        while (_cluster.CountOf(RefusingCluster.OffsetFetch) < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Timeout);
        }
    }
}
