using System.Diagnostics;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>An embedded broker with one topic in a folder of its own, and ways to put load on it.</summary>
internal sealed class EmbeddedSubject : IAsyncDisposable
{
    private const string Topic = "events";

    private readonly TemporaryFolder _folder;
    private readonly EmbeddedBroker _broker;
    private readonly IEventProducer _producer;

    private EmbeddedSubject(TemporaryFolder folder, EmbeddedBroker broker, IEventProducer producer)
    {
        _folder = folder;
        _broker = broker;
        _producer = producer;
    }

    public static async Task<EmbeddedSubject> OpenAsync(
        Settings settings, Durability durability, int partitions, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder(settings);
        EmbeddedBroker broker = await OpenBrokerAsync(folder, durability, cancellationToken);
        await broker.Topics.CreateAsync(Topic, new TopicSettings { Partitions = partitions }, cancellationToken);
        return new EmbeddedSubject(folder, broker, await broker.CreateProducerAsync(cancellationToken: cancellationToken));
    }

    public static async Task<EmbeddedBroker> OpenBrokerAsync(TemporaryFolder folder, Durability durability, CancellationToken cancellationToken)
    {
        var options = new EmbeddedBrokerOptions
        {
            FlushInterval = durability is Durability.Interval ? TimeSpan.FromSeconds(1) : TimeSpan.Zero,
        };
        return durability is Durability.Volatile
            ? EmbeddedBroker.CreateVolatile(options)
            : await EmbeddedBroker.OpenAsync(folder.File("data"), options, cancellationToken);
    }

    /// <summary>Some clients append lists of records, each waiting for the acknowledgement of a list before the next.</summary>
    /// <returns>Records per second.</returns>
    public Task<double> AppendListsAsync(int clients, int listLength, int total, int recordBytes, CancellationToken cancellationToken)
    {
        ProducerRecord[] records = new ProducerRecord[listLength];
        Array.Fill(records, Record(recordBytes));
        return RunAsync(clients, total, listLength, async () => await _producer.AppendAsync(records, cancellationToken));
    }

    /// <summary>Some clients append single records, each with so many on their way at once.</summary>
    /// <returns>Records per second.</returns>
    public Task<double> AppendPipelinedAsync(int clients, int inFlight, int total, int recordBytes, CancellationToken cancellationToken)
    {
        ProducerRecord record = Record(recordBytes);
        return RunAsync(clients, total, inFlight, async () =>
        {
            var appends = new ValueTask<TopicPartitionOffset>[inFlight];
            for (int i = 0; i < appends.Length; i++)
            {
#pragma warning disable CA2012 // each is awaited once, below
                appends[i] = _producer.AppendAsync(record, cancellationToken);
#pragma warning restore CA2012
            }

            foreach (ValueTask<TopicPartitionOffset> append in appends)
            {
                await append;
            }
        });
    }

    /// <summary>Some producers append one record at a time and wait for each acknowledgement.</summary>
    /// <returns>How long each acknowledgement took.</returns>
    public async Task<Latencies> AppendOneByOneAsync(int producers, int total, int recordBytes, CancellationToken cancellationToken)
    {
        ProducerRecord record = Record(recordBytes);
        var latencies = new Latencies();
        int each = Math.Max(1, total / producers);
        await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(
            async () =>
            {
                List<long> list = latencies.NewList(each);
                for (int i = 0; i < each; i++)
                {
                    long started = Stopwatch.GetTimestamp();
                    await _producer.AppendAsync(record, cancellationToken);
                    list.Add(Stopwatch.GetTimestamp() - started);
                }
            },
            cancellationToken)));
        return latencies;
    }

    public async ValueTask DisposeAsync()
    {
        await _producer.DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<double> RunAsync(int clients, int total, int step, Func<Task> appendStep)
    {
        int steps = Math.Max(1, total / clients / step);
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < steps; i++)
            {
                await appendStep();
            }
        })));
        return (double)steps * step * clients / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static ProducerRecord Record(int bytes) => new(Topic, new Events.Record(Key: null, Payload.Create(bytes)));
}
