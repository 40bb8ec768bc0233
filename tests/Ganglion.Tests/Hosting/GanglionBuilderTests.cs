using System.Diagnostics.Metrics;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Hosting;

public sealed class GanglionBuilderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ganglion-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task A_host_without_a_broker_does_not_start()
    {
        using IHost host = Build(_ => { });

        AgentDefinitionException exception = await Should.ThrowAsync<AgentDefinitionException>(() => host.StartAsync(AgentTestHost.Timeout));

        exception.Message.ShouldContain("UseEmbeddedBroker");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_host_has_published_its_successor_handles()
    {
        IHost first = Build(ganglion => ganglion.UseEmbeddedBroker(_folder.FullName));
        await first.StartAsync(AgentTestHost.Timeout);
        await first.Services.GetRequiredService<IEventPublisher>().PublishAsync("notes", new Note(7), "k", AgentTestHost.Timeout);
        await first.StopAsync(AgentTestHost.Timeout);
        await ((IAsyncDisposable)first).DisposeAsync();

        var handled = new TaskCompletionSource<int>();
        IHost second = Build(ganglion => ganglion
            .UseEmbeddedBroker(_folder.FullName)
            .AddAgent("reader", agent => agent.On<Note>("notes", (note, _) => handled.SetResult(note.Number))));
        await second.StartAsync(AgentTestHost.Timeout);

        (await handled.Task).ShouldBe(7);
        await second.StopAsync(AgentTestHost.Timeout);
        await ((IAsyncDisposable)second).DisposeAsync();
    }

    [Fact]
    public void A_broker_has_the_hosts_clock_logging_and_metrics_unless_it_is_given_others()
    {
        var clock = new ManualTime();
        using ILoggerFactory logging = LoggerFactory.Create(_ => { });
        using ServiceProvider services = new ServiceCollection()
            .AddSingleton<TimeProvider>(clock).AddSingleton(logging).AddMetrics().BuildServiceProvider();
        IMeterFactory meters = services.GetRequiredService<IMeterFactory>();

        EmbeddedBrokerOptions hosts = GanglionBuilder.OptionsFor(services, new EmbeddedBrokerOptions { TailCacheBytes = 7 });
        hosts.ShouldBe(new EmbeddedBrokerOptions { TailCacheBytes = 7, TimeProvider = clock, LoggerFactory = logging, MeterFactory = meters });

        using ServiceProvider others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var own = new EmbeddedBrokerOptions
        {
            TimeProvider = new ManualTime(), LoggerFactory = new LoggerFactory(), MeterFactory = others.GetRequiredService<IMeterFactory>(),
        };
        GanglionBuilder.OptionsFor(services, own).ShouldBe(own);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_last_broker_that_was_chosen_counts()
    {
        IHost host = Build(ganglion => ganglion.UseEmbeddedBroker(_folder.FullName).UseVolatileBroker());

        await host.StartAsync(AgentTestHost.Timeout);

        host.Services.GetRequiredService<IEventBroker>().System.ShouldBe("embedded-volatile");
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Applications_publish_events_of_their_own()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(_ => { });

        await host.Publisher.PublishAsync("notes", new Note(7), "k", AgentTestHost.Timeout);

        CloudEvent published = (await host.ReadAsync("notes", 1))[0];
        published.Type.ShouldBe("notes");
        published.Source.ShouldStartWith("/apps/");
        published.DataContentType.ShouldBe("application/json");
        published.Time.ShouldNotBeNull();
    }

    private static IHost Build(Action<GanglionBuilder> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(configure);
        return builder.Build();
    }
}
