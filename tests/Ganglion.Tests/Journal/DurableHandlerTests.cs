using System.Collections.Concurrent;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.Journal;

/// <summary>Handlers that wait, run again, and go on where they were.</summary>
public sealed class DurableHandlerTests
{
    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<string> _done = new();

    private Task<int> Do(string what, int result)
    {
        _done.Enqueue(what);
        return Task.FromResult(result);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_fails_behind_its_effects_gets_their_results_again()
    {
        int calls = 0;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                int first = await context.RunAsync("reserve", _ => Do("reserve", 20));
                int second = await context.RunAsync("charge", _ => Do("charge", first + 1));
                if (Interlocked.Increment(ref calls) < 3)
                {
                    throw new InvalidOperationException("not yet");
                }

                context.Publish("done", second);
            }), options => options.RetryDelay = TimeSpan.Zero));

        await host.AppendAsync("orders", "k", "{}");

        (await TextsAsync(host, "done", 1)).ShouldBe(["21"]);
        _done.ShouldBe(["reserve", "charge"]);
        calls.ShouldBe(3);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_effect_that_was_recorded_is_not_done_again_after_a_crash_and_its_key_stays()
    {
        await using var host = new AgentTestHost();
        var reached = new TaskCompletionSource();
        var keys = new ConcurrentQueue<string>();
        bool hangs = true;
        void Agent(AgentBuilder agent) => agent.On("orders", async (AgentContext context) =>
        {
            int first = await context.RunAsync("reserve", _ => Do("reserve", 20));
            await context.RunAsync("charge", async effect =>
            {
                keys.Enqueue(effect.IdempotencyKey);
                reached.TrySetResult();
                await (hangs ? Task.Delay(-1, effect.CancellationToken) : Task.CompletedTask);
            });
            context.Publish("done", first);
        });
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent));
        await host.AppendAsync("orders", "k", "{}");
        await reached.Task;
        await host.KillAsync();

        hangs = false;
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent));

        (await TextsAsync(host, "done", 1)).ShouldBe(["20"]);
        _done.ShouldBe(["reserve"]);
        keys.Count.ShouldBe(2);
        keys.Distinct().Count().ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_waits_survives_the_process_and_goes_on_in_another()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Waiter), _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.KillAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Waiter), _time);
        await AdvanceAsync(TimeSpan.FromDays(7));

        (await TextsAsync(host, "done", 1)).ShouldBe(["20"]);
        (await host.ReadAsync("waiting", 1)).Count.ShouldBe(1);
        _done.ShouldBe(["reserve"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_a_handler_waits_its_instance_handles_other_events()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("worker", agent =>
            {
                Waiter(agent);
                agent.On("questions", (AgentContext context) => context.Publish("answers", context.Self.Key));
            }),
            _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);

        await host.AppendAsync("questions", "k", "{}");

        (await TextsAsync(host, "answers", 1)).ShouldBe(["\"k\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task State_is_committed_turn_by_turn_and_a_played_turn_sees_what_it_saw_then()
    {
        await using var host = new AgentTestHost();
        void Agent(AgentBuilder agent) => agent
            .On("orders", async (AgentContext context) =>
            {
                int before = context.GetState<int>();
                context.SetState(before + 1);
                context.Publish("waiting", before);
                await context.DelayAsync(TimeSpan.FromDays(1));
                int after = context.GetState<int>();
                context.SetState(after + 1);
                context.Publish("done", $"{before} {after}");
            })
            .On("add", (AgentContext context) =>
            {
                context.SetState(context.GetState<int>() + 100);
                context.Publish("added", context.GetState<int>());
            });
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent), _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.AppendAsync("add", "k", "{}");
        (await TextsAsync(host, "added", 1)).ShouldBe(["101"]);
        await host.KillAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent), _time);
        await AdvanceAsync(TimeSpan.FromDays(1));

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"0 101\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_several_waits_the_first_to_end_wins_also_when_it_is_played_again()
    {
        await using var host = new AgentTestHost();
        void Agent(AgentBuilder agent) => agent.On("orders", async (AgentContext context) =>
        {
            Task slow = context.DelayAsync(TimeSpan.FromDays(3));
            Task fast = context.DelayAsync(TimeSpan.FromDays(1));
            Task<int> effect = context.RunAsync("reserve", _ => Do("reserve", 20));
            Task first = await Task.WhenAny(slow, fast, effect);
            context.Publish("first", first == effect);
            Task second = await Task.WhenAny(slow, fast);
            context.Publish("second", second == fast);
            await Task.WhenAll(slow, fast, effect);
            context.Publish("done", await effect);
        });
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent), _time);
        await host.AppendAsync("orders", "k", "{}");
        (await TextsAsync(host, "first", 1)).ShouldBe(["true"]);
        await AdvanceAsync(TimeSpan.FromDays(1));
        (await TextsAsync(host, "second", 1)).ShouldBe(["true"]);
        await host.KillAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent), _time);
        await AdvanceAsync(TimeSpan.FromDays(2));

        (await TextsAsync(host, "done", 1)).ShouldBe(["20"]);
        _done.ShouldBe(["reserve"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Time_ids_and_random_numbers_are_the_same_when_a_handler_runs_again()
    {
        await using var host = new AgentTestHost();
        var seen = new ConcurrentQueue<string>();
        void Agent(AgentBuilder agent) => agent.On("orders", async (AgentContext context) =>
        {
            seen.Enqueue($"{context.Now:O} {context.NewGuid()} {context.Random.Next()}");
            context.Publish("waiting", 1);
            await context.DelayAsync(TimeSpan.FromDays(1));
            context.Publish("done", context.Now);
        });
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent), _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await AdvanceAsync(TimeSpan.FromDays(1));

        await host.ReadAsync("done", 1);
        seen.Count.ShouldBe(2);
        seen.Distinct().Count().ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Time_goes_on_with_each_effect_and_is_the_same_when_a_handler_runs_again()
    {
        await using var host = new AgentTestHost();
        var seen = new ConcurrentQueue<TimeSpan>();
        void Agent(AgentBuilder agent) => agent.On("orders", async (AgentContext context) =>
        {
            DateTimeOffset begun = context.Now;
            await context.RunAsync("think", _ =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return Task.CompletedTask;
            });
            seen.Enqueue(context.Now - begun);
            context.Publish("waiting", 1);
            await context.DelayAsync(TimeSpan.FromDays(1));
            context.Publish("done", 1);
        });
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent), _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await AdvanceAsync(TimeSpan.FromDays(1));

        await host.ReadAsync("done", 1);
        seen.ShouldBe([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_handler_sends_and_remembers_turn_by_turn_has_an_id_for_each()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("worker", agent => agent.On("orders", async (AgentContext context) =>
            {
                for (int turn = 0; turn < 3; turn++)
                {
                    context.Publish("done", turn);
                    context.SetState(turn);
                    await context.DelayAsync(TimeSpan.FromDays(1));
                }
            })),
            _time);
        await host.AppendAsync("orders", "k", "{}");
        foreach (int turn in Enumerable.Range(1, 3))
        {
            await host.ReadAsync("done", turn);
            await AdvanceAsync(TimeSpan.FromDays(1));
        }

        CloudEvent[] events = [.. await host.ReadAsync("done", 3), .. await host.ReadAsync("worker.state", 3)];
        events.Select(one => one.Id).Distinct().Count().ShouldBe(6);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_left_of_a_journal_when_the_handler_has_returned()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Waiter), _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await AdvanceAsync(TimeSpan.FromDays(7));
        await host.ReadAsync("done", 1);

        // An effect and a wait were recorded, and both are removed.
        List<(CloudEvent Event, Record Record)> journal = await host.ReadRecordsAsync("worker.journal", 4);
        journal.Count(one => one.Record.Value is null).ShouldBe(2);
        journal.Select(one => Encoding.UTF8.GetString(one.Record.Key!.Value.Span)).Distinct().Count().ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failure_of_an_effect_is_recorded_when_there_are_no_retries_left()
    {
        int attempts = 0;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                try
                {
                    await context.RunAsync("charge", _ =>
                    {
                        attempts++;
                        throw new InvalidOperationException("no money");
                    });
                }
                catch (EffectFailedException failure)
                {
                    context.Publish("done", $"{failure.Effect}: {failure.Message} {failure.Failure}");
                }
            }),
            options =>
            {
                options.Retries = 2;
                options.RetryDelay = TimeSpan.Zero;
            }));

        await host.AppendAsync("orders", "k", "{}");

        (await TextsAsync(host, "done", 1)).ShouldBe(
            ["\"charge: The effect 'charge' has failed: no money System.InvalidOperationException\""]);
        attempts.ShouldBe(3);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_no_longer_fits_its_journal_is_parked_with_what_was_recorded_and_what_was_asked()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Waiter), _time);
        await host.AppendAsync("orders", "k", """{"a":1}""");
        await host.ReadAsync("waiting", 1);
        await host.StopAsync();

        await host.RunAsync(
            ganglion => ganglion.AddAgent("worker", agent => agent.On("orders", async (AgentContext context) =>
            {
                int result = await context.RunAsync("reserve elsewhere", _ => Do("elsewhere", 20));
                context.Publish("done", result);
            })),
            _time);
        await AdvanceAsync(TimeSpan.FromDays(7));

        (CloudEvent parked, Record record) = (await host.ReadRecordsAsync("orders.dlq", 1))[0];
        Encoding.UTF8.GetString(parked.Data!.Value.Span).ShouldBe("""{"a":1}""");
        record.Headers.TryGet("__dlq.errors.message"u8, out ReadOnlyMemory<byte> message).ShouldBeTrue();
        Encoding.UTF8.GetString(message.Span).ShouldContain(
            "The handler of worker/k does not fit its journal: recorded was operation 0, effect 'reserve', and asked was operation 0, effect 'reserve elsewhere'");
        _done.ShouldBe(["reserve"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(14, "recorded was to wait for operation 1, timer 'delay', and now it waits for operation 1, timer 'delay' and operation 2, timer 'delay'")]
    [InlineData(0, "recorded was to wait for operation 1, timer 'delay', and the handler has returned")]
    public async Task A_handler_that_waits_for_more_or_no_longer_is_parked_with_what_it_waited_for(int days, string told)
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Waiter), _time);
        await host.AppendAsync("orders", "k", """{"a":1}""");
        await host.ReadAsync("waiting", 1);
        await host.StopAsync();

        await host.RunAsync(
            ganglion => ganglion.AddAgent("worker", agent => agent.On("orders", async (AgentContext context) =>
            {
                int result = await context.RunAsync("reserve", _ => Do("reserve", 20));
                context.Publish("waiting", result);
                await (days == 0 ? Task.CompletedTask : Task.WhenAll(context.DelayAsync(TimeSpan.FromDays(7)), context.DelayAsync(TimeSpan.FromDays(days))));
                context.Publish("done", result);
            })),
            _time);
        await AdvanceAsync(TimeSpan.FromDays(7));

        Record parked = (await host.ReadRecordsAsync("orders.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.message")!.ShouldContain(told);
        (await host.Broker.Topics.FindAsync("done", AgentTestHost.Timeout)).ShouldBeNull();
        _done.ShouldBe(["reserve"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_no_journal_can_record_is_told()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                await context.RunAsync("reserve", _ => Do("reserve", 20));
                await EndElsewhereOnceAwaited();
                context.Publish("done", 1);
            }),
            options => options.RetryDelay = TimeSpan.Zero));

        await host.AppendAsync("orders", "k", "{}");

        (CloudEvent _, Record record) = (await host.ReadRecordsAsync("orders.dlq", 1))[0];
        record.Headers.TryGet("__dlq.errors.message"u8, out ReadOnlyMemory<byte> message).ShouldBeTrue();
        Encoding.UTF8.GetString(message.Span).ShouldContain("operation 0, effect 'reserve'");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_operation_outside_of_the_turn_is_told()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                await Task.Run(() => context.RunAsync("reserve", _ => Do("reserve", 20)));
            })));

        await host.AppendAsync("orders", "k", "{}");

        (CloudEvent _, Record record) = (await host.ReadRecordsAsync("orders.dlq", 1))[0];
        record.Headers.TryGet("__dlq.errors.message"u8, out ReadOnlyMemory<byte> message).ShouldBeTrue();
        Encoding.UTF8.GetString(message.Span).ShouldContain("The effect 'reserve' was begun outside of the handler's turn");
        _done.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_without_operations_may_await_what_it_likes()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                await EndElsewhereOnceAwaited();
                await Task.Run(() => { }).ConfigureAwait(false);
                context.Publish("done", 1);
            })));

        await host.AppendAsync("orders", "k", "{}");

        (await TextsAsync(host, "done", 1)).ShouldBe(["1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_outcome_that_is_too_large_for_the_journal_parks_its_event_and_stops_nothing_else()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                int length = context.Self.Key == "large" ? 2 * 1024 * 1024 : 1;
                string text = await context.RunAsync("load", _ => Task.FromResult(new string('x', length)));
                context.Publish("done", text);
            })));

        await host.AppendAsync("orders", "large", "{}");
        await host.AppendAsync("orders", "small", "{}");

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"x\""]);
        (CloudEvent _, Record record) = (await host.ReadRecordsAsync("orders.dlq", 1))[0];
        record.Headers.TryGet("__dlq.errors.exception.class.name"u8, out ReadOnlyMemory<byte> type).ShouldBeTrue();
        Encoding.UTF8.GetString(type.Span).ShouldBe("Ganglion.Journal.JournalException");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_that_comes_again_while_its_handler_waits_is_not_handled_a_second_time()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent(
                "worker",
                agent =>
                {
                    Waiter(agent);
                    agent.On("questions", (AgentContext context) => context.Publish("answers", context.Self.Key));
                },
                options => options.DeduplicationWindow = 0),
            _time);
        var order = new CloudEvent { Id = "1", Source = "/tests", Type = "orders" };
        await host.Publisher.PublishAsync("orders", order, "k");
        await host.ReadAsync("waiting", 1);

        await host.Publisher.PublishAsync("orders", order, "k");
        await host.AppendAsync("questions", "k", "{}");
        await host.ReadAsync("answers", 1);
        await AdvanceAsync(TimeSpan.FromDays(7));

        await host.ReadAsync("done", 1);
        (await host.ReadAsync("waiting", 1)).Count.ShouldBe(1);
        _done.ShouldBe(["reserve"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_effects_at_once_are_each_done_once()
    {
        const int Count = 500;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                int[] results = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => context.RunAsync($"{i}", _ => Do($"{i}", i))));
                context.Publish("done", results.Sum());
            })));

        await host.AppendAsync("orders", "k", "{}");

        (await TextsAsync(host, "done", 1)).ShouldBe([$"{Count * (Count - 1) / 2}"]);
        _done.Order().ShouldBe(Enumerable.Range(0, Count).Select(i => $"{i}").Order());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(100)]
    [InlineData(1)]
    public async Task Ten_thousand_handlers_wait_and_all_of_them_go_on(int keys)
    {
        const int Count = 10_000;
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("worker", agent => agent.On("orders", async (AgentContext context) =>
            {
                context.Publish("waiting", 1);
                await context.DelayAsync(TimeSpan.FromDays(1));
                context.Publish("done", context.Self.Key);
            })),
            _time);
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        await producer.AppendAsync(
            [.. Enumerable.Range(0, Count).Select(i => new ProducerRecord("orders", new Record(Encoding.UTF8.GetBytes($"{i % keys}"), "{}"u8.ToArray())))],
            AgentTestHost.Timeout);
        await host.ReadAsync("waiting", Count);

        await AdvanceAsync(TimeSpan.FromDays(1));

        (await TextsAsync(host, "done", Count)).Distinct().Count().ShouldBe(keys);
    }

    private void Waiter(AgentBuilder agent) => agent.On("orders", async (AgentContext context) =>
    {
        int result = await context.RunAsync("reserve", _ => Do("reserve", 20));
        context.Publish("waiting", result);
        await context.DelayAsync(TimeSpan.FromDays(7));
        context.Publish("done", result);
    });

    // What a handler posts to itself is run when it awaits.
    private static Task EndElsewhereOnceAwaited()
    {
        var awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        SynchronizationContext.Current!.Post(_ => awaited.SetResult(), null);
        return Task.Run(async () => await awaited.Task);
    }

    // The queue learns of a timer when its commit is acknowledged, just after readers see it.
    private async Task AdvanceAsync(TimeSpan by)
    {
        await _time.WhenTimerIsSetAsync(by);
        _time.Advance(by);
    }

    private static async Task<IEnumerable<string>> TextsAsync(AgentTestHost host, string topic, int count) =>
        (await host.ReadAsync(topic, count)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span));
}
