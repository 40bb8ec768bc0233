using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ganglion.Agents;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>A host with one agent whose handler has three journaled effects, one after the other, and then publishes what came out.</summary>
internal sealed class WorkflowSubject : IAsyncDisposable
{
    private const string Orders = "orders";
    private const string Done = "done";
    private const int Keys = 100_000;

    private readonly TemporaryFolder _folder;
    private readonly IHost _host;

    private WorkflowSubject(TemporaryFolder folder, IHost host)
    {
        _folder = folder;
        _host = host;
    }

    public static async Task<WorkflowSubject> StartAsync(
        Settings settings, Durability durability, int concurrency, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder(settings);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddGanglion(ganglion => ganglion
            .UseBroker(_ => EmbeddedSubject.OpenBrokerAsync(folder, durability, cancellationToken).GetAwaiter().GetResult())
            .AddAgent("worker", agent => agent.On(Orders, HandleAsync), options => options.Concurrency = concurrency));
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new WorkflowSubject(folder, host);
    }

    /// <summary>Publishes orders at a rate, or as fast as it goes, and waits until the last of them is done.</summary>
    /// <param name="total">How many.</param>
    /// <param name="rate">How many a second; 0: as fast as it goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// Workflows per second, how many bytes the process allocated for each, and how long each took from its publication to its result on the log.
    /// </returns>
    public async Task<(double PerSecond, double Allocated, Latencies Latencies)> RunAsync(int total, int rate, CancellationToken cancellationToken)
    {
        IEventBroker broker = _host.Services.GetRequiredService<IEventBroker>();
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = await EndOfAsync(broker, cancellationToken) }, cancellationToken);
        var latencies = new Latencies();
        List<long> measured = latencies.NewList(total);
        long allocatedBefore = GC.GetTotalAllocatedBytes();
        long started = Stopwatch.GetTimestamp();
        Task reading = Task.Run(() => ReadAsync(reader, total, measured, cancellationToken), cancellationToken);
        await PublishAsync(broker, total, rate, started, cancellationToken);
        await reading;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (total / seconds, (double)(GC.GetTotalAllocatedBytes() - allocatedBefore) / total, latencies);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Dispose();
    }

    private static async Task HandleAsync(long began, AgentContext context)
    {
        int reserved = await context.RunAsync("reserve", static _ => Task.FromResult(1));
        int charged = await context.RunAsync("charge", static _ => Task.FromResult(2));
        int shipped = await context.RunAsync("ship", static _ => Task.FromResult(3));
        context.Publish(Done, began + reserved + charged + shipped - 6);
    }

    private static async Task<Dictionary<TopicPartition, OffsetPosition>> EndOfAsync(IEventBroker broker, CancellationToken cancellationToken)
    {
        TopicDescription done = await broker.Topics.FindAsync(Done, cancellationToken)
            ?? await broker.Topics.CreateAsync(Done, new TopicSettings { Partitions = 8 }, cancellationToken);
        return done.Partitions.ToDictionary(partition => new TopicPartition(Done, partition.Partition), _ => OffsetPosition.Latest);
    }

    private static async Task PublishAsync(IEventBroker broker, int total, int rate, long started, CancellationToken cancellationToken)
    {
        const int Batch = 100;
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: cancellationToken);
        var records = new ProducerRecord[Batch];
        for (int sent = 0; sent < total; sent += Batch)
        {
            for (int i = 0; i < Batch; i++)
            {
                var order = new CloudEvent
                {
                    Id = $"{started}-{sent + i}", Source = "/bench", Type = Orders, DataContentType = "application/json",
                    Data = Encoding.UTF8.GetBytes(Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture)),
                };
                records[i] = new ProducerRecord(Orders, EventCodec.Encode(order, Encoding.UTF8.GetBytes($"{(sent + i) % Keys}")));
            }

            await producer.AppendAsync(records, cancellationToken);
            if (rate > 0 && TimeSpan.FromSeconds((sent + Batch) / (double)rate) - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, cancellationToken);
            }
        }
    }

    private static async Task ReadAsync(IEventReader reader, int total, List<long> latencies, CancellationToken cancellationToken)
    {
        while (latencies.Count < total)
        {
            ConsumedBatch batch = await reader.ReadAsync(cancellationToken);
            long now = Stopwatch.GetTimestamp();
            foreach (ConsumedRecord record in batch.Records)
            {
                latencies.Add(now - long.Parse(record.Record.Value!.Value.Span, CultureInfo.InvariantCulture));
            }
        }
    }
}
