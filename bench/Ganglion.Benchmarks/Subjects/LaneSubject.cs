using System.Diagnostics;
using System.Text.Json;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Routes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>
/// An agent that is asked ten times as much as it can do, by three tiers with a lane each. Its handler waits, as for a model, so that the agent can do a
/// known number of requests a second whatever the machine is.
/// </summary>
internal sealed class LaneSubject : IAsyncDisposable
{
    private const string Channel = "agent.requests";
    private const int Concurrency = 32;
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(16);

    private readonly TemporaryFolder _folder;
    private readonly IEventBroker _broker;
    private readonly IHost _host;
    private readonly Dictionary<string, Latencies> _waited = Tiers.ToDictionary(tier => tier, _ => new Latencies());
    private readonly Dictionary<string, List<long>> _lists;

    private LaneSubject(TemporaryFolder folder, IEventBroker broker)
    {
        _folder = folder;
        _broker = broker;
        _lists = _waited.ToDictionary(tier => tier.Key, tier => tier.Value.NewList(1000));
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.AddGanglion(ganglion => ganglion.UseBroker(broker).AddAgent(
            "worker", agent => agent.On<CloudEvent>(Channel, (_, context) => HandleAsync(context.Event, context.CancellationToken)), options => options.Concurrency = Concurrency));
        _host = builder.Build();
    }

    /// <summary>The most urgent first.</summary>
    public static IReadOnlyList<string> Tiers { get; } = ["enterprise", "pro", "free"];

    /// <summary>How many requests a second the agent can do, at most: each place is taken for as long as the work takes.</summary>
    public static double Capacity => Concurrency / Work.TotalSeconds;

    public static async Task<LaneSubject> StartAsync(Settings settings, object? lanes, Durability durability, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder(settings);
        var subject = new LaneSubject(folder, await EmbeddedSubject.OpenBrokerAsync(folder, durability, cancellationToken));
        await subject._host.StartAsync(cancellationToken);
        if (lanes is not null)
        {
            RouteTable routes = subject._host.Services.GetRequiredService<RouteTable>();
            var stage = new Stage("tiers", "lanes") { Settings = JsonSerializer.SerializeToElement(lanes) };
            await routes.ChangeAsync((await routes.FindAsync(Channel, cancellationToken)).Insert(stage), cancellationToken: cancellationToken);
        }

        return subject;
    }

    /// <summary>Lets the tiers ask, each at its rate, for a while.</summary>
    /// <param name="rates">Requests a second, by tier.</param>
    /// <param name="duration">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By tier: how many were done in that time, and how long they took from when they were published until their handler was called, at the 99th percentile, in microseconds.</returns>
    public async Task<IReadOnlyDictionary<string, (int Done, double Percentile99)>> RunAsync(
        IReadOnlyDictionary<string, double> rates, TimeSpan duration, CancellationToken cancellationToken)
    {
        long end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(rates.Select(rate => Task.Run(() => PublishAsync(rate.Key, rate.Value, end, cancellationToken), cancellationToken)));
        var done = new Dictionary<string, (int, double)>();
        foreach (string tier in Tiers)
        {
            lock (_lists[tier])
            {
                done[tier] = (_lists[tier].Count, _waited[tier].Percentiles(0.99)[0]);
            }
        }

        return done;
    }

    public async ValueTask DisposeAsync()
    {
        // What waits is of no interest any more, and would take ten times as long.
        using var impatient = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _host.StopAsync(impatient.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        await ((IAsyncDisposable)_host).DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    private async Task HandleAsync(CloudEvent request, CancellationToken cancellationToken)
    {
        string tier = request.Extensions["tier"];
        long waited = Stopwatch.GetTimestamp() - long.Parse(request.Extensions["asked"], System.Globalization.CultureInfo.InvariantCulture);
        lock (_lists[tier])
        {
            _lists[tier].Add(waited);
        }

        await Task.Delay(Work, cancellationToken);
    }

    private async Task PublishAsync(string tier, double rate, long end, CancellationToken cancellationToken)
    {
        IEventPublisher publisher = _host.Services.GetRequiredService<IEventPublisher>();
        long begin = Stopwatch.GetTimestamp();
        int sent = 0;
        var publishing = new List<Task>();
        while (Stopwatch.GetTimestamp() is var now && now < end)
        {
            int due = (int)(Stopwatch.GetElapsedTime(begin, now).TotalSeconds * rate);
            for (; sent < due; sent++)
            {
                var request = new CloudEvent
                {
                    Id = $"{tier}/{sent}",
                    Source = "/bench",
                    Type = Channel,
                    Data = Payload.Create(100),
                    Extensions = new Dictionary<string, string> { ["tier"] = tier, ["asked"] = $"{Stopwatch.GetTimestamp()}" },
                };
                publishing.Add(publisher.PublishAsync(Channel, request, $"{tier}/{sent}", cancellationToken).AsTask());
            }

            await Task.WhenAll(publishing);
            publishing.Clear();
            await Task.Delay(5, cancellationToken);
        }
    }
}
