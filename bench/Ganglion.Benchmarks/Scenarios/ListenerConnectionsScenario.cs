using System.Net;
using System.Net.Sockets;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What clients cost that are connected and ask for nothing.</summary>
internal sealed class ListenerConnectionsScenario : IScenario
{
    private const int Connections = 2_000;

    // ApiVersions, version 0: its length, key, version, a number, and no name.
    private static readonly byte[] ApiVersions = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF];

    public string Name => "listener-connections";

    public string Description =>
        "2,000 clients have connected to an embedded broker that listens, have asked which requests there are, and stay. The memory of its process, all in all, and what each has added.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        int count = run.Settings.Scaled(Connections);
        await run.MeasureAsync(cancellationToken, async cancellation =>
        {
            await using ListenerCluster listener = await ListenerCluster.StartAsync(cancellation);
            var address = IPEndPoint.Parse(listener.Options.BootstrapServers);
            var clients = new List<Socket> { await ConnectAsync(address, cancellation) };
            double before = await listener.GetMemoryAsync(cancellation);
            for (int i = 0; i < count; i++)
            {
                clients.Add(await ConnectAsync(address, cancellation));
            }

            double after = await listener.GetMemoryAsync(cancellation);
            clients.ForEach(static client => client.Dispose());
            return
            [
                new("memory of the process", after / 1e6, Unit.Megabytes),
                new("memory for each connection", (after - before) / count, Unit.Bytes),
            ];
        });
        run.Expect(Verdict.AtMost("memory of the process", run["memory of the process"], 100));
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(address, cancellationToken);
        await client.SendAsync(ApiVersions, cancellationToken);
        await client.ReceiveAsync(new byte[4096], cancellationToken);
        return client;
    }
}
