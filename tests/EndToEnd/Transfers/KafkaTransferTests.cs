using System.Net;
using System.Net.Sockets;
using Ganglion.Brokers;
using Ganglion.Kafka;

namespace EndToEnd.Transfers;

/// <summary>
/// The same on Kafka's protocol: the agents' process is killed, and the cluster is an embedded broker that listens in a process of its own.
/// </summary>
public sealed class KafkaTransferTests : TransferTests, IAsyncLifetime
{
    // What the agents' process is given: longer, and the group has given it up, and the cluster has aborted its transaction.
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(2);

    private readonly int _port = FindPort();
    private SampleProcess _cluster = null!;

    protected override string BrokerName => $"kafka:{Address}";

    // A start takes longer, until the cluster has given up whoever was killed.
    protected override int Kills => 3;

    protected override int Visits => 2;

    private string Address => $"127.0.0.1:{_port}";

    public async ValueTask InitializeAsync() => await StartClusterAsync();

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Dispose();
    }

    [Fact]
    public async Task Killed_or_frozen_with_the_cluster_or_without_every_transfer_happens_once_and_every_request_is_answered()
    {
        var customers = new Customers(CustomersAtATime);
        await using (var first = SampleProcess.StartTransfers(Folder.File(""), BrokerName))
        {
            using HttpClient known = await first.ConnectAsync();
            Task firstVisit = customers.VisitAsync(known);
            await WhenAnsweredAsync(customers);

            _cluster.Signal("STOP");
            await Task.Delay(2 * Session);
            await KillClusterAsync();
            await WhenAnsweredAsync(customers);

            // It goes on where it was stopped, as if nothing had happened.
            first.Signal("STOP");
            await Task.Delay(2 * Session);
            first.Signal("CONT");
            await WhenAnsweredAsync(customers);

            first.Signal("STOP");
            await KillClusterAsync();
            await Task.Delay(2 * Session);
            first.Signal("CONT");
            await WhenAnsweredAsync(customers);

            await first.KillAsync();
            await KillClusterAsync();
            await firstVisit;
        }

        await using var last = SampleProcess.StartTransfers(Folder.File(""), BrokerName);
        using HttpClient client = await last.ConnectAsync();
        Task visit = customers.VisitAsync(client);
        TestContext.Current.SendDiagnosticMessage($"The cluster killed: {await FinishAsync(last, client, customers, visit)}");
    }

    protected override Task<IEventBroker> OpenBrokerAsync() =>
        Task.FromResult<IEventBroker>(KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = Address }));

    private static Task WhenAnsweredAsync(Customers customers) => customers.WhenAnsweredAsync(10).WaitAsync(Patience);

    private async Task KillClusterAsync()
    {
        await _cluster.KillAsync();
        await _cluster.DisposeAsync();
        await StartClusterAsync();
    }

    private async Task StartClusterAsync()
    {
        _cluster = SampleProcess.StartCluster(Folder.File("cluster"), _port);
        await _cluster.WaitForAsync("Clients of Kafka", Address);
    }

    // Not one of those that clients get for their own ends: while the cluster is away, they could connect to themselves.
    private static int FindPort()
    {
        while (true)
        {
            try
            {
                int port = Random.Shared.Next(20_000, 30_000);
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else has it.
            }
        }
    }
}
