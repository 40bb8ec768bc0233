using System.Collections.Concurrent;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;

namespace Ganglion.Tests.Runtime;

/// <summary>Stopping, and sharing the work with other processes.</summary>
public sealed class LifetimeTests
{
    private const int Keys = 40;

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_is_running_finishes_and_is_committed_when_the_host_stops()
    {
        var began = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("slow", agent => agent
            .On<Note>("notes", async (note, context) =>
            {
                began.TrySetResult();
                await release.Task;
                context.Publish("done", note);
            })));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await began.Task;

        Task stopped = host.StopAsync();
        release.SetResult();
        await stopped;

        (await host.ReadAsync("done", 1)).Count.ShouldBe(1);
        (await LagAsync(host, "slow")).ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Patience_with_a_handler_ends_with_the_hosts()
    {
        var began = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("stubborn", agent => agent
            .On("notes", async (CancellationToken cancellationToken) =>
            {
                cancellationToken.Register(() => cancelled.TrySetResult());
                began.TrySetResult();
                await new TaskCompletionSource().Task;
            })));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await began.Task;

        await host.KillAsync();

        await cancelled.Task;
        (await LagAsync(host, "stubborn")).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_behind_a_running_handler_is_left_to_the_next_process()
    {
        var began = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var handled = new ConcurrentQueue<int>();
        void Define(AgentBuilder agent) => agent.On<Note>("notes", async (note, context) =>
        {
            began.TrySetResult();
            await release.Task;
            handled.Enqueue(note.Number);
            context.Publish("done", note);
        });
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("slow", Define));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");
        await began.Task;
        Task stopped = host.StopAsync();
        release.SetResult();
        await stopped;

        await host.RunAsync(ganglion => ganglion.AddAgent("slow", Define));

        (await host.ReadAsync("done", 2)).Count.ShouldBe(2);
        handled.ShouldBe([1, 2]);
    }

    [Fact(Timeout = 120_000)]
    public async Task Processes_that_come_and_go_share_the_work_and_no_event_is_committed_twice()
    {
        const int each = 30;
        static void Define(AgentBuilder agent) => agent.On<Note>("notes", async (note, context) =>
        {
            int before = context.GetState<Tally>()?.Count ?? 0;
            if (note.Number % 10 == 0)
            {
                await Task.Yield();
            }

            context.SetState(new Tally(before + 1));
            context.Publish("tallies", new Note(before + 1));
        });
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("counter", Define));
        Task publishing = PublishAsync(host.Publisher, 0, each);
        await host.RunAsync(ganglion => ganglion.AddAgent("counter", Define));
        await host.WhenMembersAsync("counter", 2);
        await publishing;

        publishing = PublishAsync(host.Publisher, each, each);
        await host.RunAsync(ganglion => ganglion.AddAgent("counter", Define));
        await host.WhenMembersAsync("counter", 3);
        await publishing;

        publishing = PublishAsync(host.Publisher, 2 * each, each);
        await host.KillAsync();
        await host.WhenMembersAsync("counter", 2);
        await publishing;

        List<(CloudEvent Event, Record Record)> tallies = await host.ReadRecordsAsync("tallies", 3 * Keys * each);
        tallies.Count.ShouldBe(3 * Keys * each);
        foreach (IGrouping<string, string> key in tallies.GroupBy(one => TextOf(one.Record.Key), one => TextOf(one.Event.Data)))
        {
            key.ShouldBe(Enumerable.Range(1, 3 * each).Select(n => $"{{\"number\":{n}}}"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task More_events_than_may_be_in_flight_are_all_handled()
    {
        const int count = 3_000;
        var release = new TaskCompletionSource();
        int begun = 0;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "slow",
            agent => agent.On<Note>("notes", async (note, context) =>
            {
                Interlocked.Increment(ref begun);
                await release.Task;
                context.Publish("done", note);
            }),
            options =>
            {
                options.Partitions = 1;
                options.Concurrency = 10;
                options.MaxBytesInFlight = 1024 * 1024;
            }));
        string padding = new('x', 2_000);
        for (int i = 0; i < count; i++)
        {
            await host.AppendAsync("notes", $"key-{i}", $$"""{"number":{{i}},"padding":"{{padding}}"}""");
        }

        begun.ShouldBeLessThanOrEqualTo(10);
        release.SetResult();

        (await host.ReadAsync("done", count)).Count.ShouldBe(count);
    }

    private static string TextOf(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);

    private static async Task PublishAsync(IEventPublisher publisher, int from, int count)
    {
        for (int number = from; number < from + count; number++)
        {
            for (int key = 0; key < Keys; key++)
            {
                await publisher.PublishAsync("notes", new Note(number), $"key-{key}", AgentTestHost.Timeout);
            }
        }
    }

    private static async Task<long> LagAsync(AgentTestHost host, string agent)
    {
        ConsumerGroupDescription? group = await host.Broker.Groups.FindAsync(agent, AgentTestHost.Timeout);
        long committed = group?.Offsets.Where(offset => offset.Partition.Topic == "notes").Sum(offset => offset.Committed.Offset) ?? 0;
        TopicDescription notes = (await host.Broker.Topics.FindAsync("notes", AgentTestHost.Timeout))!;
        return notes.Partitions.Sum(partition => partition.LatestOffset) - committed;
    }
}
