using Confluent.Kafka;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Tests.Requests;
using TopicPartition = Ganglion.Brokers.TopicPartition;

namespace Ganglion.Kafka.Tests.Native;

/// <summary>Calls of the native client that go on when their callers have gone.</summary>
public sealed class OffsetCommitTests
{
    private const short OffsetFetch = 9;

    private static readonly TopicPartition Place = new("orders", 0);
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_is_disposed_of_stays_until_its_call_has_ended()
    {
        await using RefusingCluster cluster = await StartAsync();
        (Task asked, TaskCompletionSource answered) = Hold(cluster);
        IConsumer<byte[]?, byte[]?> consumer = Open(cluster);
        Task<Dictionary<TopicPartition, OffsetAndMetadata>> asking = Task.Run(() => OffsetCommits.GetCommitted(consumer, [Place], TimeSpan.FromSeconds(30)), Timeout);
        await asked;

        consumer.Dispose();
        answered.SetResult();

        (await asking)[Place].ShouldBe(new OffsetAndMetadata(7, "kept"));
        Should.Throw<ObjectDisposedException>(() => OffsetCommits.GetCommitted(consumer, [Place], TimeSpan.FromSeconds(30)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_group_can_be_looked_at_again_by_whoever_has_given_up_once()
    {
        await using RefusingCluster cluster = await StartAsync();
        await using KafkaBroker broker = KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = cluster.BootstrapServers });
        (Task asked, TaskCompletionSource answered) = Hold(cluster);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Timeout);
        Task giving = broker.Groups.FindAsync("readers", cancellation.Token).AsTask();
        await asked;

        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => giving);
        answered.SetResult();

        (await broker.Groups.FindAsync("readers", Timeout)).ShouldNotBeNull().Offsets.ShouldHaveSingleItem().Committed.ShouldBe(new OffsetAndMetadata(7, "kept"));
    }

    private static async Task<RefusingCluster> StartAsync()
    {
        NativeClient.Load();
        RefusingCluster cluster = await RefusingCluster.StartAsync();
        await cluster.Embedded.Topics.CreateAsync(Place.Topic, cancellationToken: Timeout);
        await cluster.Embedded.Groups.ResetAsync("readers", new Dictionary<TopicPartition, OffsetAndMetadata> { [Place] = new(7, "kept") }, Timeout);
        return cluster;
    }

    // The cluster does not answer until it is let.
    private static (Task Asked, TaskCompletionSource Answered) Hold(RefusingCluster cluster)
    {
        var asked = new TaskCompletionSource();
        var answered = new TaskCompletionSource();
        cluster.DoBefore(OffsetFetch, async () =>
        {
            asked.SetResult();
            await answered.Task.WaitAsync(Timeout);
        });
        return (asked.Task, answered);
    }

    private static IConsumer<byte[]?, byte[]?> Open(RefusingCluster cluster) => new ConsumerBuilder<byte[]?, byte[]?>(
        new ConsumerConfig { BootstrapServers = cluster.BootstrapServers, GroupId = "readers" }).Build();
}
