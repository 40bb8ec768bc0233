using Ganglion.Agents;
using Ganglion.Brokers.Embedded;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Runtime;

// Alone: it is the memory of the whole process that is measured.
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    private const int Rounds = 3;
    private const int EventsPerRound = 12_000;

    // Pools and caches take less than that more from one time to the next; 90 bytes that were held for each event would be more, and so would
    // the journals of those that wait.
    private const long Slack = 2_000_000;

    [Fact(Timeout = 120_000)]
    public async Task However_many_instances_have_had_events_the_runtime_holds_no_more()
    {
        using var folder = new TemporaryFolder();
        var options = new EmbeddedBrokerOptions { TailCacheBytes = 0, FlushInterval = TimeSpan.FromMilliseconds(100) };
        await using var host = new AgentTestHost(await EmbeddedBroker.OpenAsync(folder.Path, options, AgentTestHost.Timeout));
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Work, Configure));
        long[] held = new long[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(round * EventsPerRound, EventsPerRound),
                new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = AgentTestHost.Timeout },
                async (number, cancelled) => await host.Publisher.PublishAsync(ChannelOf(number), number, $"key-{number}", cancelled));
            await WhenAllIsHandledAsync(host);
            held[round] = GC.GetTotalMemory(forceFullCollection: true);
        }

        (held[^1] - held[0]).ShouldBeLessThan(Slack, string.Join(", ", held));
    }

    private static string ChannelOf(int number) => (number % 50) switch
    {
        0 => "poison",
        1 => "retried",
        < 25 => "journaled",
        _ => "handled",
    };

    private static void Work(AgentBuilder agent) => agent
        .On<int>("handled", (number, context) =>
        {
            context.SetState(number);
            context.ClearState();
            context.Unschedule(context.Schedule(TimeSpan.FromHours(1), "handled", number));
            context.CancellationToken.ThrowIfCancellationRequested();
        })
        .On<int>("retried", (number, context) =>
        {
            if (context.Attempt == 1)
            {
                throw new InvalidOperationException("It goes the next time.");
            }
        })
        .On<int>("poison", (number, _) => throw new UnprocessableEventException($"{number} is odd."))
        .On<int>("journaled", async (number, context) =>
        {
            await context.RunAsync("effect", _ => Task.FromResult(number));
            await context.DelayAsync(TimeSpan.Zero);
        });

    private static void Configure(AgentOptions options)
    {
        options.Partitions = 1;
        options.SuspendAfter = 0;
        options.RetryDelay = TimeSpan.FromMilliseconds(1);
        options.DeduplicationWindow = 100;
        options.StateHistory = TimeSpan.Zero;
    }

    private static async Task WhenAllIsHandledAsync(AgentTestHost host)
    {
        while (await host.Broker.Groups.FindAsync("worker", AgentTestHost.Timeout) is not { Lag: 0 })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), AgentTestHost.Timeout);
        }
    }
}
