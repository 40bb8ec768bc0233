using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;
using Ganglion.Kafka.Native;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What exactly once costs on Kafka's protocol, beside a loop without a runtime.</summary>
internal sealed class KafkaExactlyOnceScenario : IScenario
{
    public string Name => "kafka-exactly-once";

    public string Description =>
        "A topic holds events of 1 KB: 160,000 in eight partitions; 96,000 in 32 on the mock, which keeps little of each. An agent publishes an event of 1 KB for each of them; a loop over a consumer and a "
        + "transactional producer of Confluent.Kafka, written by hand, copies them, with the agent's mean number of events in a transaction. From the first "
        + "that is taken up until the last is committed.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        NativeClient.Load();
        foreach (Func<CancellationToken, Task<ICluster>> start in ClusterChoice.Of(run.Settings))
        {
            await using ICluster cluster = await start(cancellationToken);
            int count = run.Settings.Scaled(cluster.EventsPerPartition * cluster.Partitions);
            string work = KafkaTopics.NewName("work");
            await KafkaTopics.FillAsync(cluster, work, count, cancellationToken);
            await run.MeasureAsync(cancellationToken, cancellation => CompareAsync(cluster, work, count, cancellation));
            run.Expect(Verdict.AtLeast($"agent : loop, {cluster.Name}", run[$"agent : loop, {cluster.Name}"], 0.8));
        }
    }

    private static async Task<Sample[]> CompareAsync(ICluster cluster, string work, int count, CancellationToken cancellationToken)
    {
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan begun = Environment.CpuUsage.TotalTime;
        string byAgent = await NewTopicAsync(cluster, cancellationToken);
        (double agent, double perCommit) = await KafkaAgentSubject.ForwardAsync(cluster, work, byAgent, count, cancellationToken);
        TimeSpan between = Environment.CpuUsage.TotalTime;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        GC.Collect();
        string byLoop = await NewTopicAsync(cluster, cancellationToken);
        double loop = await Task.Run(() => KafkaLoop.Forward(cluster, work, byLoop, count, (int)perCommit, cancellationToken), cancellationToken);
        TimeSpan ended = Environment.CpuUsage.TotalTime;
        return
        [
            new($"processor time for each, agent, {cluster.Name}", (between - begun).TotalMicroseconds / count, Unit.Microseconds),
            new($"allocated for each, agent, {cluster.Name}", (double)allocated / count, Unit.Bytes),
            new($"processor time for each, loop, {cluster.Name}", (ended - between).TotalMicroseconds / count, Unit.Microseconds),
            new($"agent, {cluster.Name}", agent, Unit.PerSecond),
            new($"loop, {cluster.Name}", loop, Unit.PerSecond),
            new($"in a transaction, {cluster.Name}", perCommit, Unit.Events),
            new($"agent : loop, {cluster.Name}", agent / loop, Unit.Times),
        ];
    }

    private static async Task<string> NewTopicAsync(ICluster cluster, CancellationToken cancellationToken)
    {
        string topic = KafkaTopics.NewName("done");
        await KafkaTopics.CreateAsync(cluster, topic, cancellationToken);
        return topic;
    }
}
