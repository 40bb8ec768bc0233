using Ganglion.Brokers;
using Ganglion.Conformance;
using Ganglion.Kafka.Tests.Requests;

namespace Ganglion.Kafka.Tests.Conformance;

/// <summary>That a run on somebody's cluster leaves it as it was.</summary>
public sealed class TestClusterTests
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Topics_and_groups_of_the_run_are_deleted_and_no_others()
    {
        await using RefusingCluster cluster = await RefusingCluster.StartAsync();
        await using KafkaBroker broker = KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = cluster.BootstrapServers });
        foreach (string name in (string[])["orders", $"{BrokerConformance.NamePrefix}events"])
        {
            await broker.Topics.CreateAsync(name, cancellationToken: Timeout);
            await broker.Groups.ResetAsync(name, new Dictionary<TopicPartition, OffsetAndMetadata> { [new(name, 0)] = new(0) }, Timeout);
        }

        await TestCluster.CleanUpAsync(cluster.BootstrapServers);

        (await broker.Groups.ListAsync(Timeout)).Select(group => group.GroupId).ShouldBe(["orders"]);
        (await broker.Topics.ListAsync(Timeout)).Where(topic => !topic.IsInternal).Select(topic => topic.Name).ShouldBe(["orders"]);
    }

    [Theory]
    [InlineData("300000", "15000", 300)]
    [InlineData("1000", "15000", 30)]
    [InlineData(null, "15000", 300)]
    [InlineData("1000", null, 300)]
    public void Tests_of_what_is_removed_wait_as_long_as_the_cluster_takes(string? retention, string? compaction, int seconds) =>
        CleanupSettings.Of(retention, compaction).ShouldBe(TimeSpan.FromSeconds(seconds));
}
