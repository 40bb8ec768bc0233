using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests;

internal static class MockBroker
{
    /// <summary>A broker on a mock cluster, which cannot be asked to create topics: its process is told to.</summary>
    public static KafkaBroker Open(MockCluster cluster) => KafkaBroker.Open(OptionsFor(cluster));

    public static KafkaBrokerOptions OptionsFor(MockCluster cluster) => new()
    {
        BootstrapServers = cluster.BootstrapServers,
        CreateTopic = (name, settings, _) => cluster.CreateTopicAsync(name, settings.Partitions ?? 1),
    };

    /// <summary>A topic that no other test uses.</summary>
    public static async Task<string> CreateTopicAsync(this KafkaBroker broker, int partitions = 1)
    {
        string name = $"events.{Guid.NewGuid():N}";
        await broker.Topics.CreateAsync(name, new TopicSettings { Partitions = partitions }, TestContext.Current.CancellationToken);
        return name;
    }
}
