using Confluent.Kafka;
using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;
using Ganglion.Kafka.Native;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What becomes of the memory of a process whose agent is overrun.</summary>
internal sealed class KafkaOverrunScenario : IScenario
{
    private static readonly byte[] Value = Payload.Create(1024);

    public string Name => "kafka-overrun";

    public string Description =>
        "A producer writes 16,000 events of 1 KB a second, for an agent in another process that handles 128 a second. How much memory that "
        + "process takes in the first half of the time at most, and in the second half.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        NativeClient.Load();
        foreach (Func<CancellationToken, Task<ICluster>> start in ClusterChoice.Of(run.Settings, isRealEnough: true))
        {
            await using ICluster cluster = await start(cancellationToken);
            string agent = KafkaTopics.NewName("agent");
            await KafkaTopics.CreateAsync(cluster, OverrunChild.TopicOf(agent), cancellationToken);
            using Child overrun = Child.Start("overrun", cluster.Options.BootstrapServers, agent);
            await MeasureAsync(run, cluster, OverrunChild.TopicOf(agent), overrun, cancellationToken);
            run.Expect(Verdict.AtLeast($"written : handled, {cluster.Name}", run[$"written : handled, {cluster.Name}"], 100));
            run.Expect(Verdict.AtMost(
                $"memory, second half : first half, {cluster.Name}",
                run.Ratio($"memory, second half, {cluster.Name}", $"memory, first half, {cluster.Name}"),
                1.1));
        }
    }

    private static async Task MeasureAsync(ScenarioRun run, ICluster cluster, string topic, Child overrun, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<int> writing = Task.Run(() => WriteAsync(cluster, topic, stop.Token), cancellationToken);
        int seconds = run.Settings.Scaled(60);
        var memory = new List<double>();
        double handled = 0;
        for (int second = 0; second < seconds; second++)
        {
            handled = await overrun.ReadAsync(cancellationToken);
            memory.Add(await overrun.ReadAsync(cancellationToken));
            Console.Error.WriteLine($"  second {second}  {handled:0} handled, {memory[^1]:0} MB");
        }

        await stop.CancelAsync();
        run.Add(new($"written : handled, {cluster.Name}", await writing / handled, Unit.Times));
        run.Add(new($"memory, first half, {cluster.Name}", memory.Take(seconds / 2).Max(), Unit.Megabytes));
        run.Add(new($"memory, second half, {cluster.Name}", memory.Skip(seconds / 2).Max(), Unit.Megabytes));
    }

    // How many have arrived.
    private static async Task<int> WriteAsync(ICluster cluster, string topic, CancellationToken cancellationToken)
    {
        int written = 0;
        using IProducer<byte[], byte[]> producer = KafkaLoop.OpenProducer(cluster);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!cancellationToken.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            for (int i = 0; i < 160; i++)
            {
                producer.Produce(topic, new Message<byte[], byte[]> { Key = Guid.NewGuid().ToByteArray(), Value = Value }, _ => written++);
            }
        }

        producer.Flush(TimeSpan.FromSeconds(30));
        return written;
    }
}
