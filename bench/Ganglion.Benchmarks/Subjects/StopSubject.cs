using System.Diagnostics;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Routes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>Two hosts that share an agent's work on one broker, and are busy with nothing else.</summary>
internal sealed class StopSubject : IAsyncDisposable
{
    private const string Channel = "work";
    private const string Worker = "worker";
    private const int Keys = 10_000;

    private static readonly byte[] Data = Payload.Create(100);

    private readonly TemporaryFolder _folder;
    private readonly IEventBroker _broker;
    private readonly List<IHost> _hosts = [];
    private long _handled;
    private long _lastBegun;

    private StopSubject(TemporaryFolder folder, IEventBroker broker)
    {
        _folder = folder;
        _broker = broker;
    }

    public static async Task<StopSubject> StartAsync(Settings settings, Durability durability, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder(settings);
        var subject = new StopSubject(folder, await EmbeddedSubject.OpenBrokerAsync(folder, durability, cancellationToken));
        for (int i = 0; i < 2; i++)
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            builder.AddGanglion(ganglion => ganglion.UseBroker(subject._broker).AddAgent(Worker, agent => agent.On(Channel, subject.Handle)));
            IHost host = builder.Build();
            await host.StartAsync(cancellationToken);
            subject._hosts.Add(host);
        }

        return subject;
    }

    /// <summary>Publishes as fast as it can, and pauses the agent in the middle.</summary>
    /// <returns>How long after the command the last handler has begun, in microseconds; handled when all stood still, then parked, and missing in the end.</returns>
    public async Task<(double Microseconds, long Handled, long Waiting, long Missing)> RunAsync(int total, CancellationToken cancellationToken)
    {
        Task publishing = Task.Run(() => PublishAsync(total, cancellationToken), cancellationToken);
        while (Volatile.Read(ref _handled) < total / 4)
        {
            await Task.Delay(1, cancellationToken);
        }

        Pauses pauses = _hosts[0].Services.GetRequiredService<Pauses>();
        long commanded = Stopwatch.GetTimestamp();
        await pauses.PauseAsync(PauseTarget.OfAgent(Worker), cancellationToken: cancellationToken);
        await publishing;
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        long handled = Volatile.Read(ref _handled);
        double late = Stopwatch.GetElapsedTime(commanded, Volatile.Read(ref _lastBegun)).TotalMicroseconds;

        await pauses.ResumeAsync(PauseTarget.OfAgent(Worker), cancellationToken: cancellationToken);
        long deadline = Environment.TickCount64 + 60_000;
        while (Volatile.Read(ref _handled) < total && Environment.TickCount64 < deadline)
        {
            await Task.Delay(5, cancellationToken);
        }

        return (late, handled, total - handled, total - Volatile.Read(ref _handled));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in _hosts)
        {
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    private void Handle()
    {
        Volatile.Write(ref _lastBegun, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _handled);
    }

    private async Task PublishAsync(int total, CancellationToken cancellationToken)
    {
        const int Batch = 500;
        IEventPublisher publisher = _hosts[0].Services.GetRequiredService<IEventPublisher>();
        for (int sent = 0; sent < total; sent += Batch)
        {
            await Task.WhenAll(Enumerable.Range(sent, Math.Min(Batch, total - sent)).Select(number =>
                publisher.PublishAsync(Channel, new CloudEvent { Id = $"{number}", Source = "/bench", Type = Channel, Data = Data }, $"{number % Keys}", cancellationToken).AsTask()));
        }
    }
}
