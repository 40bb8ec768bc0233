using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests;

/// <summary>Records that a cluster does not take, however often they are sent.</summary>
public sealed class RefusedRecordTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private const int Produce = 0;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(32)]
    [InlineData(87)]
    public async Task A_commit_with_a_record_that_the_cluster_refuses_is_told_and_the_next_is_made(int error)
    {
        await using KafkaBroker broker = MockBroker.Open(cluster);
        string topic = await broker.CreateTopicAsync();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        var commit = new AtomicCommit
        {
            Records = [new ProducerRecord(topic, new Record(null, new byte[1]), 0)],
            Group = new ConsumerGroupMetadata("group", "", -1),
            Offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [new(topic, 0)] = new(0) },
        };
        await producer.CommitAsync(commit, Timeout);

        await cluster.FailNextAsync(Produce, error);
        TopicException refused = await Should.ThrowAsync<TopicException>(async () => await producer.CommitAsync(commit, Timeout));

        refused.Code.ShouldBe("record-refused");
        refused.Message.ShouldContain($"'{topic}'");
        await ShouldCommitAsync(producer, commit);
    }

    // The first commit after that may fail with the sequence numbers that the client has skipped. Agents try again, too.
    private static async Task ShouldCommitAsync(IEventProducer producer, AtomicCommit commit)
    {
        try
        {
            await producer.CommitAsync(commit, Timeout);
        }
        catch (KafkaException)
        {
            await producer.CommitAsync(commit, Timeout);
        }
    }
}
