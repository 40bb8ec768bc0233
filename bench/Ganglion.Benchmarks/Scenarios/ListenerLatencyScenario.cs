using System.Diagnostics;
using Confluent.Kafka;
using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;
using Ganglion.Kafka.Native;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How long a client of Kafka waits until what it has produced is on disk.</summary>
internal sealed class ListenerLatencyScenario : IScenario
{
    private const int Partitions = 8;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    public string Name => "listener-latency";

    public string Description =>
        "Confluent.Kafka produces records of 1 KB, a quarter as many a second as it gets through at most, and waits for nothing (linger.ms=0). From when a record is produced until it is acknowledged, "
        + "which an embedded broker that listens does when the record is on disk; a bare `write()` of 4 KB followed by `fsync()` beside it, and as many records a second by librdkafka's mock, which has no disk.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        NativeClient.Load();
        using var folder = new TemporaryFolder(run.Settings);
        await using ListenerCluster listener = await ListenerCluster.StartAsync(folder, cancellationToken);
        await using ICluster mock = await MockCluster.StartAsync(brokers: 1);
        int count = run.Settings.Scaled(100_000);
        await run.MeasureAsync(cancellationToken, async cancellation =>
        {
            double[] bare = PlainFile.WriteAndFlush(run.Settings, run.Settings.Scaled(1_000), 4096).Percentiles(0.5, 0.99);
            double most = await Task.Run(async () => KafkaPump.Produce(listener, await CreateAsync(listener), count), cancellation);
            await listener.GetProduceDurationAsync(cancellation);
            double[] acknowledged = (await ProduceAsync(listener, await CreateAsync(listener), most / 4, count, cancellation)).Percentiles(0.5, 0.99);
            double inBroker = await listener.GetProduceDurationAsync(cancellation);
            double[] byMock = (await ProduceAsync(mock, await CreateAsync(mock), most / 4, count, cancellation)).Percentiles(0.5, 0.99);
            return
            [
                new("write + fsync of 4 KB, p50", bare[0], Unit.Microseconds),
                new("write + fsync of 4 KB, p99", bare[1], Unit.Microseconds),
                new("a quarter of the most", most / 4, Unit.PerSecond),
                new("acknowledged, p50", acknowledged[0] / 1000, Unit.Milliseconds),
                new("acknowledged, p99", acknowledged[1] / 1000, Unit.Milliseconds),
                new("of that within the broker, p99", inBroker, Unit.Milliseconds),
                new("acknowledged by the mock, p50", byMock[0] / 1000, Unit.Milliseconds),
                new("acknowledged by the mock, p99", byMock[1] / 1000, Unit.Milliseconds),
            ];

            async Task<string> CreateAsync(ICluster cluster)
            {
                string topic = KafkaTopics.NewName("work");
                await KafkaTopics.CreateAsync(cluster, topic, Partitions, cancellation);
                return topic;
            }
        });
        run.Expect(Verdict.AtMost("acknowledged, p99", run["acknowledged, p99"], 5));
    }

    private static async Task<Latencies> ProduceAsync(ICluster cluster, string topic, double perSecond, int count, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        List<long> list = latencies.NewList(count);
        using IProducer<byte[], byte[]> producer = KafkaLoop.OpenProducer(cluster, linger: 0);
        byte[] value = Payload.Create(KafkaPump.RecordBytes);
        for (int partition = 0; partition < Partitions; partition++)
        {
            await producer.ProduceAsync(new TopicPartition(topic, partition), new Message<byte[], byte[]> { Value = value }, cancellationToken);
        }

        using var timer = new PeriodicTimer(Tick);
        long started = Stopwatch.GetTimestamp();
        int sent = 0;
        while (sent < count)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            for (int due = (int)Math.Min(count, Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond); sent < due; sent++)
            {
                long produced = Stopwatch.GetTimestamp();

                // All deliveries are told by one thread of the client.
                producer.Produce(topic, new Message<byte[], byte[]> { Value = value }, _ => list.Add(Stopwatch.GetTimestamp() - produced));
            }
        }

        producer.Flush(cancellationToken);
        return latencies;
    }
}
