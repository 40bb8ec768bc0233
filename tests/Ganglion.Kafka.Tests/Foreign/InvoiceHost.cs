using Ganglion.Brokers;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>The agent of invoices on a broker, where all topics have <see cref="Partitions"/>.</summary>
public abstract class InvoiceHost : IAsyncLifetime
{
    public const int Partitions = 4;
    public const string Parked = InvoiceAgent.Created + ".dlq";

    private IHost _host = null!;
    private Arrivals _arrivals = null!;

    public IEventBroker Broker => _host.Services.GetRequiredService<IEventBroker>();

    public virtual async ValueTask InitializeAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion =>
        {
            UseBroker(ganglion);
            ganglion.AddAgent<InvoiceAgent>(options => options.Partitions = Partitions);
        });
        _host = builder.Build();
        string[] topics =
        [
            InvoiceAgent.Created, InvoiceAgent.Classified, InvoiceAgent.Corrected, InvoiceAgent.Reclassified, InvoiceAgent.Disputed,
            InvoiceAgent.Acknowledged, Parked,
        ];
        foreach (string topic in topics)
        {
            await Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = Partitions });
        }

        await _host.StartAsync();
        _arrivals = await Arrivals.OpenAsync(Broker, Partitions, InvoiceAgent.Classified, Parked);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _arrivals.DisposeAsync();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes invoices as somebody else would.</summary>
    /// <returns>The partition and the offset of each.</returns>
    public abstract Task<IReadOnlyList<(int Partition, long Offset)>> WriteAsync(IReadOnlyList<ForeignRecord> invoices);

    /// <summary>Waits until a record has come to <see cref="InvoiceAgent.Classified"/> or <see cref="Parked"/>.</summary>
    internal Task<Arrival> WhenArrivedAsync(Func<Arrival, bool> which) => _arrivals.WaitAsync(which);

    protected abstract void UseBroker(GanglionBuilder ganglion);
}
