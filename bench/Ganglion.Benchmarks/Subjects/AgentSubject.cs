using System.Diagnostics;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>A host with one agent whose handler does nothing but count.</summary>
internal sealed class AgentSubject : IAsyncDisposable
{
    private const string Channel = "work";
    private const string Worker = "worker";
    private const int Publishers = 4;
    private const int InFlight = 256;
    private const int Keys = 10_000;

    private static readonly byte[] Data = Payload.Create(100);

    private readonly TemporaryFolder _folder;
    private readonly IHost _host;
    private readonly Counter _handled;

    private AgentSubject(TemporaryFolder folder, IHost host, Counter handled)
    {
        _folder = folder;
        _host = host;
        _handled = handled;
    }

    public static async Task<AgentSubject> StartAsync(Settings settings, Durability durability, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder(settings);
        var handled = new Counter();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddGanglion(ganglion => ganglion
            .UseBroker(_ => EmbeddedSubject.OpenBrokerAsync(folder, durability, cancellationToken).GetAwaiter().GetResult())
            .AddAgent(Worker, agent => agent.On(Channel, handled.Increment)));
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new AgentSubject(folder, host, handled);
    }

    /// <summary>Publishes events and waits until the last of them is handled and its offset committed.</summary>
    /// <returns>Events per second.</returns>
    public async Task<double> RunAsync(int total, CancellationToken cancellationToken)
    {
        IEventPublisher publisher = _host.Services.GetRequiredService<IEventPublisher>();
        int each = total / Publishers / InFlight * InFlight;
        Task allHandled = _handled.WhenAsync(each * Publishers, cancellationToken);

        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(number => Task.Run(
            () => PublishAsync(publisher, number * each, each, cancellationToken), cancellationToken)));
        await allHandled;
        IEventBroker broker = _host.Services.GetRequiredService<IEventBroker>();
        while (await broker.Groups.FindAsync(Worker, cancellationToken) is not { Lag: 0 } group || group.Offsets.Sum(static offset => offset.Committed.Offset) < each * Publishers)
        {
            await Task.Yield();
        }

        return (double)each * Publishers / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Dispose();
    }

    private static async Task PublishAsync(IEventPublisher publisher, int first, int count, CancellationToken cancellationToken)
    {
        var onTheirWay = new ValueTask<TopicPartitionOffset>[InFlight];
        for (int i = 0; i < count; i += InFlight)
        {
            for (int j = 0; j < InFlight; j++)
            {
                int number = first + i + j;
                var work = new CloudEvent { Id = $"{number}", Source = "/bench", Type = "work", Data = Data };
#pragma warning disable CA2012 // each is awaited once, below
                onTheirWay[j] = publisher.PublishAsync(Channel, work, $"{number % Keys}", cancellationToken);
#pragma warning restore CA2012
            }

            foreach (ValueTask<TopicPartitionOffset> publishing in onTheirWay)
            {
                await publishing;
            }
        }
    }
}
