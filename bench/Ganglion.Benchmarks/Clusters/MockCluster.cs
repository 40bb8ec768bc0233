using System.Diagnostics;
using Ganglion.Kafka;

namespace Ganglion.Benchmarks.Clusters;

/// <summary>The mock cluster of librdkafka, three brokers in a process of their own: <c>tests/MockKafka</c>.</summary>
/// <remarks>
/// It keeps all in memory, 5 MB of a partition, acknowledges the offsets of transactions without storing them, and elects only a second before
/// a session ends.
/// </remarks>
internal sealed class MockCluster : ICluster
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "MockKafka", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), "MockKafka.dll"));

    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1);

    private MockCluster(Process process, string servers)
    {
        _process = process;
        Options = new KafkaBrokerOptions
        {
            BootstrapServers = servers,
            Consumer = new KafkaConsumerOptions { SessionTimeout = TimeSpan.FromSeconds(3) },
            CreateTopic = (name, settings, _) => SendAsync($"create-topic {name} {settings.Partitions ?? 1} 1"),
        };
    }

    public string Name => "mock";

    public KafkaBrokerOptions Options { get; }

    // It keeps little of each.
    public int Partitions => 32;

    public int EventsPerPartition => 3_000;

    public static async Task<MockCluster> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "3"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        Process process = Process.Start(start)!;
        string servers = await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("MockKafka has ended. Does GANGLION_LIBRDKAFKA name a library? See eng/librdkafka.sh.");
        var cluster = new MockCluster(process, servers);
        await cluster.SendAsync("rebalance-delay 0");
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task SendAsync(string command)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            await _process.StandardInput.FlushAsync();
            if (await _process.StandardOutput.ReadLineAsync() is var answer and not "ok")
            {
                throw new InvalidOperationException($"{command}: {answer}");
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
