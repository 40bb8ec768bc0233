using System.Net;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka;

namespace EndToEnd.Transfers;

/// <summary>The same on Kafka's protocol: the agents' process is killed, and the cluster is an embedded broker that listens here.</summary>
public sealed class KafkaTransferTests : TransferTests, IAsyncLifetime
{
    private EmbeddedBroker _cluster = null!;
    private KafkaListener _listener = null!;

    protected override string BrokerName => $"kafka:{_listener.EndPoint}";

    // A start takes longer, until the cluster has given up whoever was killed.
    protected override int Kills => 4;

    protected override int Visits => 2;

    public async ValueTask InitializeAsync()
    {
        _cluster = await EmbeddedBroker.OpenAsync(Folder.File("cluster"));
        _listener = await KafkaListener.StartAsync(_cluster, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _cluster.DisposeAsync();
        Dispose();
    }

    protected override Task<IEventBroker> OpenBrokerAsync() =>
        Task.FromResult<IEventBroker>(KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = _listener.EndPoint.ToString() }));
}
