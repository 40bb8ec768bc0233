using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests;

/// <summary>Commits while the broker that keeps the group's offsets is away, and all others are there.</summary>
public sealed class CoordinatorOutageTests : IAsyncLifetime
{
    private const string GroupId = "group";
    private const string TransactionalId = "producer";

    private MockCluster _cluster = null!;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await MockCluster.StartAsync();
        await _cluster.SetTransactionCoordinatorAsync(TransactionalId, 1);
        await _cluster.SetGroupCoordinatorAsync(GroupId, 2);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact(Timeout = 120_000)]
    public async Task A_commit_is_told_to_have_failed_when_its_transaction_is_over_and_made_when_the_coordinator_is_back()
    {
        await using KafkaBroker broker = KafkaBroker.Open(MockBroker.OptionsFor(_cluster) with { TransactionTimeout = TimeSpan.FromSeconds(1) });
        string topic = await broker.CreateTopicAsync();
        await _cluster.SetLeaderAsync(topic, 0, 1);
        await using IEventProducer producer = await broker.CreateProducerAsync(new ProducerOptions { TransactionalId = TransactionalId }, Timeout);

        await CommitAsync(producer, topic, 0);
        await _cluster.SetDownAsync(2);
        KafkaException failure = await Should.ThrowAsync<KafkaException>(() => CommitAsync(producer, topic, 1));
        await _cluster.SetUpAsync(2);
        await CommitAsync(producer, topic, 2);

        failure.Code.ShouldBe("kafka-unreachable");
    }

    private static async Task CommitAsync(IEventProducer producer, string topic, byte number)
    {
        var commit = new AtomicCommit
        {
            Records = [new ProducerRecord(topic, new Record(null, new[] { number }), 0)],
            Group = new ConsumerGroupMetadata(GroupId, "", -1),
            Offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [new(topic, 0)] = new(number, null) },
        };
        await producer.CommitAsync(commit, Timeout);
    }
}
