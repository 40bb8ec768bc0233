using Ganglion.Kafka;

namespace Ganglion.Benchmarks.Clusters;

/// <summary>The cluster that <c>--kafka</c> names. What is left behind there are topics that begin with <c>bench-</c>.</summary>
internal sealed class NamedCluster(string servers) : ICluster
{
    public string Name => "cluster";

    public KafkaBrokerOptions Options { get; } = new() { BootstrapServers = servers };

    public int Partitions => 8;

    public int EventsPerPartition => 20_000;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
