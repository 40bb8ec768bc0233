using System.Globalization;
using Ganglion.Benchmarks.Children;
using Ganglion.Kafka;

namespace Ganglion.Benchmarks.Clusters;

/// <summary>An embedded broker that keeps nothing on disk and listens for clients of Kafka, in a process of its own.</summary>
internal sealed class ListenerCluster : ICluster
{
    private readonly Child _process;

    private ListenerCluster(Child process, int port)
    {
        _process = process;
        Options = new KafkaBrokerOptions { BootstrapServers = $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}" };
    }

    public string Name => "listener";

    public KafkaBrokerOptions Options { get; }

    public int Partitions => 8;

    public int EventsPerPartition => 20_000;

    public static async Task<ListenerCluster> StartAsync(CancellationToken cancellationToken)
    {
        Child process = Child.Start("listen");
        return new ListenerCluster(process, (int)await process.ReadAsync(cancellationToken));
    }

    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
