using Ganglion.Kafka;
using Ganglion.Kafka.Tests;

namespace Ganglion.Benchmarks.Clusters;

/// <summary>The mock cluster of librdkafka, its brokers in a process of their own: <c>tests/MockKafka</c>.</summary>
/// <remarks>
/// It keeps all in memory, 5 MB of a partition, acknowledges the offsets of transactions without storing them, and elects only a second before
/// a session ends.
/// </remarks>
internal sealed class MockCluster(MockKafkaProcess process) : ICluster
{
    public string Name => "mock";

    public KafkaBrokerOptions Options { get; } = new()
    {
        BootstrapServers = process.BootstrapServers,
        Consumer = new KafkaConsumerOptions { SessionTimeout = TimeSpan.FromSeconds(3) },
        CreateTopic = (name, settings, _) => process.SendAsync($"create-topic {name} {settings.Partitions ?? 1} 1"),
    };

    // It keeps little of each.
    public int Partitions => 32;

    public int EventsPerPartition => 3_000;

    public static async Task<MockCluster> StartAsync(int brokers = 3) => new(await MockKafkaProcess.StartAsync(brokers));

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
