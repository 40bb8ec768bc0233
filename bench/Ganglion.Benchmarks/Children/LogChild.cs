using System.Diagnostics;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Benchmarks.Children;

/// <summary>Fills, re-opens and outgrows a log of small events.</summary>
internal static class LogChild
{
    private const string Topic = "events";
    private const int Partitions = 8;

    // Until segments and disk have caught up with what was appended before: both logs are measured from the same state.
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(5);

    private static readonly ProducerRecord[] List = ListFor(Topic);

    /// <summary>Writes, tells when <paramref name="count"/> events are acknowledged, and goes on until it is killed.</summary>
    public static async Task FillAsync(string folder, int count)
    {
        EmbeddedBroker broker = await OpenBrokerAsync(folder);
        IEventProducer producer = await broker.CreateProducerAsync();
        await AppendAsync(producer, List, count);
        Child.Tell(count);
        await AppendAsync(producer, List, int.MaxValue);
    }

    /// <summary>Opens a log that holds <paramref name="count"/> events at least; tells how long it took to read its last one and to append another.</summary>
    public static async Task OpenAsync(string folder, int count)
    {
        long started = Stopwatch.GetTimestamp();
        await using EmbeddedBroker broker = await OpenBrokerAsync(folder);
        TopicDescription topic = (await broker.Topics.FindAsync(Topic))!;
        await using IEventProducer producer = await broker.CreateProducerAsync();
        TopicPartitionOffset last = await producer.AppendAsync(List[0]);
        await using IEventReader reader = await broker.CreateReaderAsync(new ReaderOptions
        {
            From = new Dictionary<TopicPartition, OffsetPosition> { [last.Partition] = OffsetPosition.At(last.Offset - 1) },
        });
        await reader.ReadAsync();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        long events = topic.Partitions.Sum(static partition => partition.LatestOffset - partition.EarliestOffset);
        Child.Tell(events >= count ? seconds : throw new InvalidOperationException($"{count - events} acknowledged events are lost."));
    }

    /// <summary>Tells rates and memory when the log holds 10,000 events, and again when it holds <paramref name="count"/>.</summary>
    public static async Task GrowAsync(string folder, int count)
    {
        const int Measured = 500_000;
        await using EmbeddedBroker broker = await OpenBrokerAsync(folder);
        await using IEventProducer producer = await broker.CreateProducerAsync();

        // What fills up whatever the log holds, such as the cache of its tail, is full before anything is measured.
        await AppendAsync(producer, ListFor("warm-up"), 1_000_000);
        await AppendAsync(producer, List, 10_000);
        await TellAsync();
        await AppendAsync(producer, List, Math.Max(0, count - Measured));
        await TellAsync();

        async Task TellAsync()
        {
            await Task.Delay(CatchUp);
            long started = Stopwatch.GetTimestamp();
            await AppendAsync(producer, List, Measured);
            Child.Tell(Measured / Stopwatch.GetElapsedTime(started).TotalSeconds);
            await Task.Delay(CatchUp);
            Child.Tell(GC.GetTotalMemory(forceFullCollection: true) / 1e6);
            Child.Tell(Environment.WorkingSet / 1e6);
        }
    }

    private static async Task<EmbeddedBroker> OpenBrokerAsync(string folder) => await EmbeddedBroker.OpenAsync(folder, new EmbeddedBrokerOptions
    {
        FlushInterval = TimeSpan.FromSeconds(1),
        TopicDefaults = new TopicSettings { Partitions = Partitions },
    });

    private static async Task AppendAsync(IEventProducer producer, ProducerRecord[] list, int count)
    {
        var onTheirWay = new Queue<Task>();
        for (long appended = 0; appended < count; appended += list.Length)
        {
            onTheirWay.Enqueue(producer.AppendAsync(list).AsTask());
            if (onTheirWay.Count > 8)
            {
                await onTheirWay.Dequeue();
            }
        }

        while (onTheirWay.TryDequeue(out Task? append))
        {
            await append;
        }
    }

    private static ProducerRecord[] ListFor(string topic)
    {
        var list = new ProducerRecord[1000];
        Array.Fill(list, new ProducerRecord(topic, new Events.Record(Key: null, Payload.Create(128))));
        return list;
    }
}
