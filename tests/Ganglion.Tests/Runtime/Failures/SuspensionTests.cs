using System.Collections.Concurrent;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Runtime;
using Ganglion.Runtime.Failures;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>What happens when not one event fails, but all of them.</summary>
public sealed class SuspensionTests
{
    private readonly ConcurrentQueue<int> _handled = new();
    private volatile bool _isDown = true;

    private static IEnumerable<string> KeysIn(int partition) =>
        Enumerable.Range(0, 1_000).Select(i => $"key-{i}").Where(key => Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), 2) == partition);

    private static void Quick(AgentOptions options)
    {
        options.Partitions = 1;
        options.Retries = 2;
        options.RetryDelay = TimeSpan.FromMilliseconds(5);
        options.MaxRetryDelay = TimeSpan.FromMilliseconds(20);
        options.SuspendAfter = 5;
    }

    // From the first failure on, so that no event can use up its retries before, however slow the machine.
    private static void AtOnce(AgentOptions options)
    {
        Quick(options);
        options.SuspendAfter = 1;
    }

    [Fact(Timeout = 60_000)]
    public async Task When_everything_fails_nothing_is_parked_and_all_is_handled_once_it_goes_again()
    {
        await using AgentTestHost host = await StartAsync(AtOnce);
        await AppendAsync(host, 0, 100);

        SuspendedPartition suspended = await WhenAsync(host, partition => partition is { Probes: > 20 });
        suspended.Reason.ShouldBe("The model does not answer.");
        (await IsThereAsync(host, "notes.dlq")).ShouldBeFalse();
        _handled.ShouldBeEmpty();

        _isDown = false;
        await host.ReadAsync("done", 100);

        _handled.Order().ShouldBe(Enumerable.Range(0, 100));
        (await IsThereAsync(host, "notes.dlq")).ShouldBeFalse();
        StatusOf(host).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_pause_before_a_probe_is_twice_as_long_as_the_one_before_up_to_the_longest()
    {
        var time = new ManualTime();
        var options = new AgentOptions { RetryDelay = TimeSpan.FromSeconds(1), MaxRetryDelay = TimeSpan.FromSeconds(4), SuspendAfter = 1 };
        AgentDefinition agent = AgentDefinition.FromTopics("caller", new ProxyTopics("asked", "answered", null), options, [])!;
        var scheduled = new SemaphoreSlim(0);
        using var metrics = new AgentMetrics("caller", meters: null);
        using var suspension = new Suspension(agent, 0, _ => scheduled.Release(), time, metrics, NullLogger.Instance);
        Invocation failed = FailedInvocation.Create(attempts: 1);
        failed.Instance = new BusyInstance(null!, "k") { First = failed };

        foreach (int seconds in (int[])[1, 2, 4, 4])
        {
            suspension.Failed(failed, new InvalidOperationException("The model does not answer.")).ShouldBeTrue();
            suspension.MayBegin(failed.Instance).ShouldBeFalse();
            time.IsTimerSet(TimeSpan.FromSeconds(seconds * 0.79)).ShouldBeFalse();
            time.IsTimerSet(TimeSpan.FromSeconds(seconds * 1.21)).ShouldBeTrue();

            time.Advance(options.MaxRetryDelay * 1.2);
            await scheduled.WaitAsync(AgentTestHost.Timeout);
            suspension.MayBegin(failed.Instance).ShouldBeTrue();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Attempts_that_failed_while_everything_failed_do_not_count()
    {
        int attempt = 0;
        await using AgentTestHost host = await StartAsync(AtOnce, (note, context) =>
        {
            attempt = note.Number == 0 ? context.Attempt : attempt;
            ThrowIfDown();
            context.Publish("done", note);
        });
        await AppendAsync(host, 0, 10);
        await WhenAsync(host, partition => partition is { Probes: > 30 });

        _isDown = false;
        await host.ReadAsync("done", 10);

        attempt.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_few_events_that_fail_are_parked()
    {
        await using AgentTestHost host = await StartAsync(Quick);

        await AppendAsync(host, 0, 4);

        (await host.ReadAsync("notes.dlq", 4)).Count.ShouldBe(4);
        StatusOf(host).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Poison_events_among_others_are_parked_and_hold_nobody_up()
    {
        _isDown = false;
        await using AgentTestHost host = await StartAsync(Quick, (note, context) =>
        {
            ThrowIfDown();
            if (note.Number % 2 == 1)
            {
                throw new InvalidOperationException("It is odd.");
            }

            context.Publish("done", note);
        });

        for (int i = 0; i < 20; i++)
        {
            // One after the other, so that successes and failures take turns.
            await host.AppendAsync("notes", $"k{i}", $$"""{"number":{{i}}}""");
            await host.ReadAsync("done", (i / 2) + 1);
        }

        (await host.ReadAsync("notes.dlq", 10)).Count.ShouldBe(10);
        StatusOf(host).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_good_event_ends_the_suspension_however_many_poison_events_wait_before_it()
    {
        await using AgentTestHost host = await StartAsync(
            options =>
            {
                Quick(options);
                options.RetryDelay = options.MaxRetryDelay = TimeSpan.FromSeconds(1);
            },
            (note, context) =>
            {
                if (note.Number < 200)
                {
                    throw new InvalidOperationException("It is poison.");
                }

                context.Publish("done", note);
            });
        await AppendAsync(host, 0, 200);
        await WhenAsync(host, partition => partition is not null);

        await AppendAsync(host, 200, 1);

        // It is the next to probe, rather than the last of two hundred.
        (await host.ReadAsync("done", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_in_one_partition_leaves_room_for_the_others()
    {
        await using AgentTestHost host = await StartAsync(
            options =>
            {
                Quick(options);
                options.Partitions = 2;
                options.MaxBytesInFlight = 1024 * 1024;
            },
            (note, context) =>
            {
                if (note.Number == 0)
                {
                    throw new InvalidOperationException("The model does not answer.");
                }

                context.Publish("done", note);
            });
        string padding = new('x', 20_000);
        foreach (string key in KeysIn(0).Take(100))
        {
            await host.AppendAsync("notes", key, $$"""{"number":0,"padding":"{{padding}}"}""");
        }

        await WhenAsync(host, partition => partition is { Probes: > 0 });
        await host.AppendAsync("notes", KeysIn(1).First(), """{"number":1}""");

        (await host.ReadAsync("done", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Events_that_can_never_be_handled_are_parked_also_while_everything_fails()
    {
        await using AgentTestHost host = await StartAsync(AtOnce);
        await AppendAsync(host, 0, 10);
        await WhenAsync(host, partition => partition is not null);

        await host.AppendAsync("notes", "unreadable", "no JSON");

        (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record.Header("__dlq.errors.exception.class.name").ShouldBe("Ganglion.Events.EventDataException");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_of_unreadable_events_suspends_nothing()
    {
        _isDown = false;
        await using AgentTestHost host = await StartAsync(AtOnce);
        for (int i = 0; i < 20; i++)
        {
            await host.AppendAsync("notes", $"k{i}", "no JSON");
        }

        (await host.ReadRecordsAsync("notes.dlq", 20)).Count.ShouldBe(20);
        StatusOf(host).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Effects_that_fail_for_everybody_are_not_given_up()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("caller", agent => agent.On("notes", async (Note note, AgentContext context) =>
        {
            await context.RunAsync("call", _ =>
            {
                ThrowIfDown();
                return Task.CompletedTask;
            });
            context.Publish("done", note);
        }), AtOnce));
        await AppendAsync(host, 0, 20);
        await WhenAsync(host, partition => partition is { Probes: > 30 });

        _isDown = false;
        await host.ReadAsync("done", 20);

        (await IsThereAsync(host, "notes.dlq")).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_is_never_to_be_suspended_parks_what_fails()
    {
        await using AgentTestHost host = await StartAsync(options =>
        {
            Quick(options);
            options.SuspendAfter = 0;
        });
        await AppendAsync(host, 0, 20);

        (await host.ReadAsync("notes.dlq", 20)).Count.ShouldBe(20);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_stops_in_good_order_while_everything_fails()
    {
        await using AgentTestHost host = await StartAsync(AtOnce);
        await AppendAsync(host, 0, 20);
        await WhenAsync(host, partition => partition is not null);
        await host.StopAsync();

        _isDown = false;
        await host.RunAsync(ganglion => AddCaller(ganglion, AtOnce));

        (await host.ReadAsync("done", 20)).Count.ShouldBe(20);
        _handled.Order().ShouldBe(Enumerable.Range(0, 20));
    }

    private static SuspendedPartition? StatusOf(AgentTestHost host) => host.StatusOf("caller").Suspended.SingleOrDefault();

    private static async Task<SuspendedPartition> WhenAsync(AgentTestHost host, Func<SuspendedPartition?, bool> holds)
    {
        SuspendedPartition? status;
        while (!holds(status = StatusOf(host)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }

        return status!;
    }

    private static async Task<bool> IsThereAsync(AgentTestHost host, string topic) =>
        await host.Broker.Topics.FindAsync(topic, AgentTestHost.Timeout) is not null;

    private static async Task AppendAsync(AgentTestHost host, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            await host.AppendAsync("notes", $"k{i}", $$"""{"number":{{i}}}""");
        }
    }

    private Task<AgentTestHost> StartAsync(Action<AgentOptions> configure, Action<Note, AgentContext>? handle = null) =>
        AgentTestHost.StartAsync(ganglion => AddCaller(ganglion, configure, handle));

    private void AddCaller(GanglionBuilder ganglion, Action<AgentOptions> configure, Action<Note, AgentContext>? handle = null) =>
        ganglion.AddAgent("caller", agent => agent.On("notes", handle ?? CallOut), configure);

    private void CallOut(Note note, AgentContext context)
    {
        ThrowIfDown();
        context.Publish("done", note);
        _handled.Enqueue(note.Number);
    }

    private void ThrowIfDown()
    {
        if (_isDown)
        {
            throw new InvalidOperationException("The model does not answer.");
        }
    }
}
