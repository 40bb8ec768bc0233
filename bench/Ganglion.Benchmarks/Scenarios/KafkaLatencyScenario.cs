using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Ganglion.Benchmarks.Baselines;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Kafka;
using Ganglion.Kafka.Native;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How long an event takes from whoever publishes it to its handler, when there is little to do.</summary>
internal sealed class KafkaLatencyScenario : IScenario
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly byte[] Data = Payload.Create(1024);

    public string Name => "kafka-latency";

    public string Description =>
        "An event of 1 KB is published and awaited in an agent's handler; a record of 1 KB is produced and awaited in a consumer of Confluent.Kafka; by "
        + "turns, one at a time, with 10 ms between them. Both with the client's own linger of 5 ms.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        NativeClient.Load();
        foreach (Func<CancellationToken, Task<ICluster>> start in ClusterChoice.Of(run.Settings))
        {
            await using ICluster cluster = await start(cancellationToken);
            int count = run.Settings.Scaled(200);
            await run.MeasureAsync(cancellationToken, cancellation => CompareAsync(cluster, count, cancellation));
            run.Expect(Verdict.AtMost($"handler : consumer, p50, {cluster.Name}", run[$"handler : consumer, p50, {cluster.Name}"].Median, 1.5));
            run.Expect(Verdict.AtMost($"handler : consumer, p99, {cluster.Name}", run[$"handler : consumer, p99, {cluster.Name}"].Median, 1.5));
        }
    }

    private static async Task<Sample[]> CompareAsync(ICluster cluster, int count, CancellationToken cancellationToken)
    {
        string topic = KafkaTopics.NewName("work");
        string bare = KafkaTopics.NewName("bare");
        await KafkaTopics.CreateAsync(cluster, topic, cancellationToken);
        await KafkaTopics.CreateAsync(cluster, bare, cancellationToken);
        var handled = Channel.CreateUnbounded<long>();
        await using KafkaBroker broker = KafkaBroker.Open(cluster.Options);
        using IHost host = await KafkaAgentSubject.StartAsync(
            KafkaTopics.NewName("agent"), topic, Handle, broker, options => options.Partitions = cluster.Partitions, cancellationToken);
        IEventPublisher publisher = host.Services.GetRequiredService<IEventPublisher>();
        using var roundTrip = new KafkaRoundTrip(cluster, bare);

        var agent = new Latencies();
        var client = new Latencies();
        List<long> byAgent = agent.NewList(count);
        List<long> byClient = client.NewList(count);
        for (int i = -20; i < count; i++)
        {
            long published = Stopwatch.GetTimestamp();
            _ = publisher.PublishAsync(topic, new CloudEvent { Id = $"{i}", Source = "/bench", Type = "work", Data = Data }, $"{i}", cancellationToken).AsTask();
            long taken = await handled.Reader.ReadAsync(cancellationToken) - published;
            await Task.Delay(Pause, cancellationToken);
            byte[] key = Encoding.UTF8.GetBytes($"{i}");
            long bareTaken = await Task.Run(() => roundTrip.Run(key, Data, cancellationToken), cancellationToken);
            await Task.Delay(Pause, cancellationToken);
            if (i >= 0)
            {
                byAgent.Add(taken);
                byClient.Add(bareTaken);
            }
        }

        await host.StopAsync(cancellationToken);
        double[] agents = agent.Percentiles(0.5, 0.99);
        double[] clients = client.Percentiles(0.5, 0.99);
        return
        [
            new($"handler, p50, {cluster.Name}", agents[0], Unit.Microseconds),
            new($"consumer, p50, {cluster.Name}", clients[0], Unit.Microseconds),
            new($"handler, p99, {cluster.Name}", agents[1], Unit.Microseconds),
            new($"consumer, p99, {cluster.Name}", clients[1], Unit.Microseconds),
            new($"handler : consumer, p50, {cluster.Name}", agents[0] / clients[0], Unit.Times),
            new($"handler : consumer, p99, {cluster.Name}", agents[1] / clients[1], Unit.Times),
        ];

        void Handle() => handled.Writer.TryWrite(Stopwatch.GetTimestamp());
    }
}
