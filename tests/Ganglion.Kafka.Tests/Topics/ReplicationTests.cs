using Ganglion.Brokers;
using Ganglion.Kafka.Topics;

namespace Ganglion.Kafka.Tests.Topics;

public sealed class ReplicationTests
{
    [Theory]
    [InlineData(3, 2, 5, 3, 2)]
    [InlineData(3, 2, 2, 2, 2)]
    [InlineData(3, 2, 1, 1, 1)]
    public void There_are_no_more_copies_than_brokers_and_no_more_needed_than_there_are(
        int copies, int minInSync, int brokers, int gets, int needs)
    {
        new Replication(copies, minInSync).ClampTo(brokers).ShouldBe(new Replication(gets, needs));
    }

    [Fact]
    public void What_nobody_says_is_left_to_the_cluster()
    {
        var options = new KafkaBrokerOptions { BootstrapServers = "localhost:9092" };

        Replication.Of(new TopicSettings(), options).ClampTo(1).ShouldBe(new Replication(null, null));
        Replication.Of(new TopicSettings { ReplicationFactor = 2 }, options with { ReplicationFactor = 3 }).Copies.ShouldBe(2);
        Replication.Of(new TopicSettings(), options with { ReplicationFactor = 3, MinInSyncReplicas = 2 }).ShouldBe(new Replication(3, 2));
    }
}
