using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Routes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>A host that routes a channel through guards, and readers of its entry and of its exit.</summary>
internal sealed class RouteSubject : IAsyncDisposable
{
    private const string Channel = "work";
    private const int Keys = 10_000;

    private readonly TemporaryFolder _folder;
    private readonly IHost _host;
    private readonly IEventBroker _broker;
    private readonly Route _route;

    private RouteSubject(TemporaryFolder folder, IHost host, Route route)
    {
        _folder = folder;
        _host = host;
        _broker = host.Services.GetRequiredService<IEventBroker>();
        _route = route;
    }

    public static async Task<RouteSubject> StartAsync(Settings settings, Durability durability, int stages, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder(settings);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.AddGanglion(ganglion => ganglion
            .UseBroker(_ => EmbeddedSubject.OpenBrokerAsync(folder, durability, cancellationToken).GetAwaiter().GetResult())
            .AddGuard("pii", "pii"));
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        RouteTable table = host.Services.GetRequiredService<RouteTable>();
        Route route = Route.Direct(Channel);
        for (int i = 0; i < stages; i++)
        {
            route = route.Insert(new Stage($"pii-{i}", "guard") { Settings = JsonSerializer.SerializeToElement(new { guard = "pii" }) });
        }

        return new RouteSubject(folder, host, (await table.ChangeAsync(route, cancellationToken: cancellationToken)).Route);
    }

    /// <summary>Publishes at a steady rate.</summary>
    /// <returns>How much later each event is in the exit than in the entry, where both are read by readers that do nothing else.</returns>
    public async Task<Latencies> RunAsync(int perSecond, int total, CancellationToken cancellationToken)
    {
        long[] atEntry = new long[total];
        long[] atExit = new long[total];
        Task entry = ReadAsync(_route.Entry, atEntry, cancellationToken);
        Task exit = ReadAsync(_route.Exit, atExit, cancellationToken);
        await PublishAsync(perSecond, total, cancellationToken);
        await Task.WhenAll(entry, exit);
        var latencies = new Latencies();
        latencies.NewList(total).AddRange(atExit.Zip(atEntry, static (later, earlier) => Math.Max(0, later - earlier)).Skip(total / 5));
        return latencies;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Dispose();
    }

    private async Task PublishAsync(int perSecond, int total, CancellationToken cancellationToken)
    {
        byte[] data = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 200)}}","order":"A-17"}""");
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: cancellationToken);
        long started = Stopwatch.GetTimestamp();
        var onTheirWay = new List<Task>(total / 10);
        for (int sent = 0; sent < total;)
        {
            int due = (int)Math.Min(total, Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond);
            if (due > sent)
            {
                ProducerRecord[] records = [.. Enumerable.Range(sent, due - sent).Select(number => RecordOf(number, data))];
                onTheirWay.Add(producer.AppendAsync(records, cancellationToken).AsTask());
                sent = due;
            }

            await Task.Delay(1, cancellationToken);
        }

        await Task.WhenAll(onTheirWay);
    }

    private static ProducerRecord RecordOf(int number, byte[] data) => new(
        Channel,
        EventCodec.Encode(
            new CloudEvent { Id = $"{number}", Source = "/bench", Type = Channel, DataContentType = "application/json", Data = data },
            Encoding.UTF8.GetBytes((number % Keys).ToString(CultureInfo.InvariantCulture))));

    private async Task ReadAsync(string topic, long[] seenAt, CancellationToken cancellationToken)
    {
        TopicDescription description = (await _broker.Topics.FindAsync(topic, cancellationToken))!;
        await using IEventReader reader = await _broker.CreateReaderAsync(
            new ReaderOptions { From = description.Partitions.ToDictionary(one => new TopicPartition(topic, one.Partition), _ => OffsetPosition.Earliest) },
            cancellationToken);
        for (int seen = 0; seen < seenAt.Length;)
        {
            ConsumedBatch batch = await reader.ReadAsync(cancellationToken);
            long now = Stopwatch.GetTimestamp();
            foreach (ConsumedRecord record in batch.Records)
            {
                if (record.Record.Key is not null && record.Record.Headers.TryGet("ce_id"u8, out ReadOnlyMemory<byte> id))
                {
                    seenAt[int.Parse(id.Span, CultureInfo.InvariantCulture)] = now;
                    seen++;
                }
            }
        }
    }
}
