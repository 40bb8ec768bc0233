using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Hosting;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>The agent of invoices on the broker within the process, to which clients of Kafka connect.</summary>
public sealed class ListeningInvoiceHost : InvoiceHost
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private KafkaListener _listener = null!;

    public string BootstrapServers => _listener.EndPoint.ToString();

    public override async ValueTask InitializeAsync()
    {
        _listener = await KafkaListener.StartAsync(_broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        await base.InitializeAsync();
    }

    public override Task<IReadOnlyList<(int Partition, long Offset)>> WriteAsync(IReadOnlyList<ForeignRecord> invoices) =>
        throw new NotSupportedException("Clients write to it.");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    protected override void UseBroker(GanglionBuilder ganglion) => ganglion.UseBroker(_broker);
}
