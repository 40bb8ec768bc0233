using System.Diagnostics;
using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Kafka;
using Ganglion.Kafka.Native;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How long the share of a process that was killed waits for another.</summary>
internal sealed class KafkaRebalanceScenario : IScenario
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    public string Name => "kafka-rebalance";

    public string Description =>
        "Two processes share an agent of eight partitions, whose handler remembers and publishes; events come every 20 ms for each partition. The session is "
        + $"{MemberChild.Session.TotalSeconds:0} s, a heartbeat {MemberChild.Heartbeat.TotalMilliseconds:0} ms, a transaction {MemberChild.Transaction.TotalSeconds:0} s. One is killed with SIGKILL. "
        + "From then until the other has handled an event of each partition that was the first one's, less the session. The mock is left out: it elects only a "
        + "second before a session ends.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        NativeClient.Load();
        foreach (Func<CancellationToken, Task<ICluster>> start in ClusterChoice.Of(run.Settings, isRealEnough: true))
        {
            await using ICluster cluster = await start(cancellationToken);
            for (int round = 0; round < run.Settings.Rounds; round++)
            {
                double seconds = await KillAsync(cluster, cancellationToken);
                Console.Error.WriteLine($"  round {round + 1}  {seconds:0.00} s after the session");
                run.Add(new($"beyond the session, {cluster.Name}", seconds, Unit.Seconds));
            }

            run.Expect(Verdict.AtMost($"beyond the session, {cluster.Name}", run[$"beyond the session, {cluster.Name}"], 1));
        }
    }

    // Seconds from the kill until all is served again, less the session.
    private static async Task<double> KillAsync(ICluster cluster, CancellationToken cancellationToken)
    {
        string agent = KafkaTopics.NewName("agent");
        string topic = MemberChild.TopicOf(agent);
        await KafkaTopics.CreateAsync(cluster, topic, cancellationToken);
        await using KafkaBroker broker = KafkaBroker.Open(cluster.Options);
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: cancellationToken);
        int[] instances = await FindInstancesAsync(producer, topic, cluster.Partitions, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task publishing = Task.Run(() => PublishAsync(producer, topic, instances, stop.Token), cancellationToken);

        string servers = cluster.Options.BootstrapServers;
        using var one = new Member(servers, agent);
        using var other = new Member(servers, agent);
        await UntilAsync(() => Both(one, other, instances.Length), cancellationToken);

        int[] lost = one.HandledSince(Ago(seconds: 1));
        long killed = Stopwatch.GetTimestamp();
        await one.KillAsync(cancellationToken);
        await UntilAsync(() => lost.All(other.HandledSince(killed).Contains), cancellationToken);
        TimeSpan taken = Stopwatch.GetElapsedTime(killed);

        await stop.CancelAsync();
        await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (taken - MemberChild.Session).TotalSeconds;
    }

    // They share evenly, and have done so for a while.
    private static bool Both(Member one, Member other, int instances)
    {
        int[] ofOne = one.HandledSince(Ago(seconds: 2));
        int[] ofOther = other.HandledSince(Ago(seconds: 2));
        return ofOne.Length == instances / 2 && ofOther.Length == instances / 2 && !ofOne.Intersect(ofOther).Any();
    }

    private static long Ago(int seconds) => Stopwatch.GetTimestamp() - (seconds * Stopwatch.Frequency);

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }
    }

    // A key for each partition.
    private static async Task<int[]> FindInstancesAsync(
        IEventProducer producer, string topic, int partitions, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<int, int>();
        for (int key = 0; found.Count < partitions; key++)
        {
            TopicPartitionOffset lies = await producer.AppendAsync(EventOf(topic, key), cancellationToken);
            found.TryAdd(lies.Partition.Partition, key);
        }

        return [.. found.Values];
    }

    private static async Task PublishAsync(IEventProducer producer, string topic, int[] instances, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await producer.AppendAsync([.. instances.Select(key => EventOf(topic, key))], cancellationToken);
        }
    }

    private static ProducerRecord EventOf(string topic, int key) =>
        new(topic, EventCodec.Encode(new CloudEvent { Id = $"{Guid.NewGuid()}", Source = "/bench", Type = "work", PartitionKey = $"{key}" }));
}
