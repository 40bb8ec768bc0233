using Ganglion.Hosting;
using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>The agent of invoices on a mock cluster of its own, to which confluent-kafka writes.</summary>
public sealed class KafkaInvoiceHost : InvoiceHost
{
    private readonly MockCluster _cluster = new();
    private KafkaClient? _producer;

    public string BootstrapServers => _cluster.BootstrapServers;

    public override async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        await base.InitializeAsync();
    }

    public override async Task<IReadOnlyList<(int Partition, long Offset)>> WriteAsync(IReadOnlyList<ForeignRecord> invoices) =>
        await (_producer ??= ClientKind.ConfluentPython.Open(BootstrapServers)).ProduceAsync(InvoiceAgent.Created, invoices, isIdempotent: true);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_producer is { } producer)
        {
            await producer.DisposeAsync();
        }

        await _cluster.DisposeAsync();
    }

    protected override void UseBroker(GanglionBuilder ganglion) => ganglion.UseKafka(MockBroker.OptionsFor(_cluster) with
    {
        // Who waits for records at the mock cluster is told of new ones only when this is over.
        Client = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "20" },
    });
}
