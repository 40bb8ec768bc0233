using Ganglion.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A cluster, and the agent of invoices on it, whose topics all have four partitions.</summary>
public sealed class InvoiceHost : IAsyncLifetime
{
    private readonly MockCluster _cluster = new();
    private IHost _host = null!;

    public string BootstrapServers => _cluster.BootstrapServers;

    public IEventBroker Broker => _host.Services.GetRequiredService<IEventBroker>();

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion
            .UseKafka(MockBroker.OptionsFor(_cluster))
            .AddAgent<InvoiceAgent>(options => options.Partitions = 4));
        _host = builder.Build();
        foreach (string topic in (string[])[InvoiceAgent.Created, InvoiceAgent.Classified, InvoiceAgent.Corrected, InvoiceAgent.Reclassified])
        {
            await Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = 4 });
        }

        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        await _cluster.DisposeAsync();
    }
}
