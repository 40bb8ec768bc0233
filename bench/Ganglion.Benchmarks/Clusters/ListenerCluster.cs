using System.Globalization;
using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Harness;
using Ganglion.Kafka;

namespace Ganglion.Benchmarks.Clusters;

/// <summary>An embedded broker that listens for clients of Kafka, in a process of its own.</summary>
internal sealed class ListenerCluster : ICluster
{
    private readonly Child _process;

    private ListenerCluster(string name, Child process, int port)
    {
        Name = name;
        _process = process;
        Options = new KafkaBrokerOptions { BootstrapServers = $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}" };
    }

    public string Name { get; }

    public KafkaBrokerOptions Options { get; }

    public int Partitions => 8;

    public int EventsPerPartition => 20_000;

    /// <summary>Starts one that keeps nothing on disk.</summary>
    public static Task<ListenerCluster> StartAsync(CancellationToken cancellationToken) =>
        StartAsync("listener", Child.Start("listen"), cancellationToken);

    /// <summary>Starts one that acknowledges what is on disk.</summary>
    public static Task<ListenerCluster> StartAsync(TemporaryFolder folder, CancellationToken cancellationToken) =>
        StartAsync("listener on disk", Child.Start("listen", folder.File("data")), cancellationToken);

    /// <summary>The memory that its process takes, in bytes.</summary>
    public Task<double> GetMemoryAsync(CancellationToken cancellationToken) => _process.AskAsync(ListenerChild.Memory, cancellationToken);

    /// <summary>The 99th percentile, in milliseconds, of how long producers were kept waiting by its process since this was asked last.</summary>
    public async Task<double> GetProduceDurationAsync(CancellationToken cancellationToken) =>
        await _process.AskAsync(ListenerChild.Produce, cancellationToken) * 1000;

    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<ListenerCluster> StartAsync(string name, Child process, CancellationToken cancellationToken) =>
        new(name, process, (int)await process.ReadAsync(cancellationToken));
}
