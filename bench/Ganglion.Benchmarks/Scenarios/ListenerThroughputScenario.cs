using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;
using Ganglion.Kafka.Native;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How much a client of Kafka gets through to an embedded broker that listens, and out of it.</summary>
internal sealed class ListenerThroughputScenario : IScenario
{
    // As many as the mock keeps for sure, on all of them: what is compared is to be the same.
    private const int Partitions = 32;
    private const int PerPartition = 4_000;

    public string Name => "listener-throughput";

    public string Description =>
        "Confluent.Kafka produces 128,000 records of 1 KB, without keys, idempotent, and waits until all are acknowledged; and reads such a topic, filled before, from its beginning. "
        + "From and to an embedded broker that listens, in memory and with a flush before each acknowledgement, and librdkafka's mock of one broker; each in a process of its own, by turns.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        NativeClient.Load();
        using var folder = new TemporaryFolder(run.Settings);
        await using ICluster volatileListener = await ListenerCluster.StartAsync(cancellationToken);
        await using ICluster listener = await ListenerCluster.StartAsync(folder, cancellationToken);
        await using ICluster mock = await MockCluster.StartAsync(brokers: 1);
        ICluster[] clusters = [volatileListener, listener, mock];
        int count = run.Settings.Scaled(PerPartition) * Partitions;
        foreach (ICluster cluster in clusters)
        {
            await KafkaTopics.CreateAsync(cluster, TopicOf(cluster), Partitions, cancellationToken);
            KafkaPump.Fill(cluster, TopicOf(cluster), Partitions, count);
        }

        await run.MeasureAsync(cancellationToken, [.. clusters.Select(Producing), .. clusters.Select(Consuming)]);
        foreach (ICluster cluster in clusters[..^1])
        {
            run.Expect(Verdict.AtLeast($"produced, {cluster.Name} : mock", run.Ratio($"produced, {cluster.Name}", "produced, mock"), 0.5));
            run.Expect(Verdict.AtLeast($"consumed, {cluster.Name} : mock", run.Ratio($"consumed, {cluster.Name}", "consumed, mock"), 0.5));
        }

        Func<CancellationToken, Task<Sample[]>> Producing(ICluster cluster) => async cancellation =>
        {
            string topic = KafkaTopics.NewName("work");
            await KafkaTopics.CreateAsync(cluster, topic, Partitions, cancellation);
            double perSecond = await Task.Run(() => KafkaPump.Produce(cluster, topic, count), cancellation);
            return [Throughput($"produced, {cluster.Name}", perSecond)];
        };

        Func<CancellationToken, Task<Sample[]>> Consuming(ICluster cluster) => async cancellation =>
        {
            double perSecond = await Task.Run(() => KafkaPump.Consume(cluster, TopicOf(cluster), Partitions, count, cancellation), cancellation);
            return [Throughput($"consumed, {cluster.Name}", perSecond)];
        };
    }

    private static string TopicOf(ICluster cluster) => "bench-filled-" + cluster.Name.Replace(' ', '-');

    private static Sample Throughput(string name, double perSecond) => new(name, perSecond * KafkaPump.RecordBytes / 1e6, Unit.MegabytesPerSecond);
}
