using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Kafka;
using Ganglion.Routes;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>Two processes that share an agent's work on a cluster in a third; it is paused from a fourth.</summary>
internal sealed class StopProcessesSubject : IAsyncDisposable
{
    private const int Keys = 10_000;

    private static readonly byte[] Data = Payload.Create(100);

    private readonly string _agent = KafkaTopics.NewName("agent");
    private readonly ListenerCluster _cluster;
    private readonly KafkaBroker _broker;
    private readonly Pauses _pauses;
    private readonly List<Child> _processes = [];
    private long _before;

    private StopProcessesSubject(ListenerCluster cluster)
    {
        _cluster = cluster;
        _broker = KafkaBroker.Open(cluster.Options);
        _pauses = new Pauses(_broker, TimeProvider.System);
    }

    public static async Task<StopProcessesSubject> StartAsync(TemporaryFolder folder, CancellationToken cancellationToken)
    {
        var subject = new StopProcessesSubject(await ListenerCluster.StartAsync(folder, cancellationToken));
        await KafkaTopics.CreateAsync(subject._cluster, StoppedChild.TopicOf(subject._agent), cancellationToken);
        await subject._pauses.ListAsync(cancellationToken);
        for (int i = 0; i < 2; i++)
        {
            subject._processes.Add(Child.Start("stop", subject._cluster.Options.BootstrapServers, subject._agent));
        }

        foreach (Child process in subject._processes)
        {
            await process.ReadAsync(cancellationToken);
        }

        await subject.WarmUpAsync(cancellationToken);
        return subject;
    }

    /// <inheritdoc cref="StopSubject.RunAsync"/>
    public async Task<(double Microseconds, long Handled, long Waiting, long Missing)> RunAsync(int total, CancellationToken cancellationToken)
    {
        PauseTarget target = PauseTarget.OfAgent(_agent);
        Task publishing = Task.Run(() => PublishAsync(total, cancellationToken), cancellationToken);
        while (await HandledAsync(cancellationToken) < total / 4)
        {
            await Task.Delay(5, cancellationToken);
        }

        double commanded = Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;
        await _pauses.PauseAsync(target, cancellationToken: cancellationToken);
        await publishing;
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        long handled = await HandledAsync(cancellationToken);
        double late = Math.Max(0, (await AskAsync(StoppedChild.LastBegun, cancellationToken)).Max() - commanded);

        await _pauses.ResumeAsync(target, cancellationToken: cancellationToken);
        long deadline = Environment.TickCount64 + 60_000;
        long inTheEnd = handled;
        while (inTheEnd < total && Environment.TickCount64 < deadline)
        {
            await Task.Delay(20, cancellationToken);
            inTheEnd = await HandledAsync(cancellationToken);
        }

        return (late * 1000, handled, total - handled, total - inTheEnd);
    }

    public async ValueTask DisposeAsync()
    {
        _processes.ForEach(process => process.Dispose());
        await _pauses.DisposeAsync();
        await _broker.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    // A process has its part of the partitions a while after it has started.
    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        long published = 0;
        while ((await AskAsync(StoppedChild.Handled, cancellationToken)).Min() == 0)
        {
            await PublishAsync(Keys, cancellationToken);
            published += Keys;
        }

        while (await HandledAsync(cancellationToken) < published)
        {
            await Task.Delay(20, cancellationToken);
        }

        _before = published;
    }

    private async Task<long> HandledAsync(CancellationToken cancellationToken) =>
        (long)(await AskAsync(StoppedChild.Handled, cancellationToken)).Sum() - _before;

    private Task<double[]> AskAsync(string what, CancellationToken cancellationToken) =>
        Task.WhenAll(_processes.Select(process => process.AskAsync(what, cancellationToken)));

    private async Task PublishAsync(int total, CancellationToken cancellationToken)
    {
        const int Batch = 1_000;
        string topic = StoppedChild.TopicOf(_agent);
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: cancellationToken);
        for (int sent = 0; sent < total; sent += Batch)
        {
            await Task.WhenAll(Enumerable.Range(sent, Math.Min(Batch, total - sent)).Select(number =>
                producer.AppendAsync(new ProducerRecord(topic, new Record(KeyOf(number), Data)), cancellationToken).AsTask()));
        }
    }

    private static byte[] KeyOf(int number) => Encoding.UTF8.GetBytes((number % Keys).ToString(CultureInfo.InvariantCulture));
}
