using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>Handlers that block their thread and never come back.</summary>
public sealed class WatchdogTests : IDisposable
{
    private readonly ManualResetEventSlim _blocked = new();

    public void Dispose() => _blocked.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_blocks_its_thread_is_given_up_and_its_instance_goes_on()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("blocker", agent => agent.On<Note>("notes", Block), Strict));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        NumberOf((await host.ReadAsync("done", 1))[0]).ShouldBe(2);
        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.exception.class.name").ShouldBe("Ganglion.Agents.HandlerBlockedException");
        parked.Header("__dlq.errors.delivery.count").ShouldBe("1");
        host.StatusOf("blocker").BlockedHandlers.ShouldBe(1);

        _blocked.Set();
        await WhenAsync(() => host.StatusOf("blocker").BlockedHandlers == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_handler_does_after_it_was_given_up_has_no_effect()
    {
        var late = new TaskCompletionSource<Exception?>();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("blocker", agent => agent.On<Note>("notes", (note, context) =>
        {
            if (note.Number == 1)
            {
                _blocked.Wait();
                late.SetResult(Xunit.Record.Exception(() => context.Publish("done", note)));
                return;
            }

            context.Publish("done", note);
        }), Strict));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.ReadAsync("notes.dlq", 1);

        _blocked.Set();

        (await late.Task.WaitAsync(AgentTestHost.Timeout)).ShouldBeOfType<InvalidOperationException>();
        await host.AppendAsync("notes", "k", """{"number":2}""");
        NumberOf((await host.ReadAsync("done", 1))[0]).ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task Handlers_that_block_do_not_use_up_the_places_of_others()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("blocker", agent => agent.On<Note>("notes", Block), options =>
        {
            Strict(options);
            options.Concurrency = 2;
        }));

        for (int i = 0; i < 4; i++)
        {
            await host.AppendAsync("notes", $"k{i}", """{"number":1}""");
        }

        await host.ReadAsync("notes.dlq", 4);
        await host.AppendAsync("notes", "k", """{"number":2}""");

        (await host.ReadAsync("done", 1)).Count.ShouldBe(1);
        host.StatusOf("blocker").BlockedHandlers.ShouldBe(4);
        _blocked.Set();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_blocks_where_it_goes_on_after_a_wait_is_given_up_too()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("blocker", agent => agent
            .On("notes", async (Note note, AgentContext context) =>
            {
                await context.DelayAsync(TimeSpan.Zero);
                Block(note, context);
            }), Strict));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        NumberOf((await host.ReadAsync("done", 1))[0]).ShouldBe(2);
        (await host.ReadRecordsAsync("notes.dlq", 1)).Count.ShouldBe(1);
        _blocked.Set();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_stops_though_a_handler_blocks_its_thread()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("blocker", agent => agent.On<Note>("notes", Block), Strict));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.ReadAsync("notes.dlq", 1);

        await host.StopAsync();

        _blocked.IsSet.ShouldBeFalse();
        _blocked.Set();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_effect_that_was_begun_before_its_handler_was_given_up_is_not_done_after_it()
    {
        int done = 0;
        var over = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("blocker", agent => agent
            .On("notes", async (Note note, AgentContext context) =>
            {
                Task effect = context.RunAsync("effect", _ =>
                {
                    Interlocked.Increment(ref done);
                    return Task.CompletedTask;
                });
                _blocked.Wait();
                over.SetResult();
                await effect;
            }), Strict));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.ReadAsync("notes.dlq", 1);

        _blocked.Set();
        await over.Task.WaitAsync(AgentTestHost.Timeout);
        await WhenAsync(() => host.StatusOf("blocker").BlockedHandlers == 0);
        await host.StopAsync();

        done.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Middleware_around_a_handler_that_was_given_up_ends_when_the_handler_does()
    {
        var released = new TaskCompletionSource<Exception?>();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion =>
        {
            ganglion.Services.AddSingleton(released);
            ganglion.AddAgent("blocker", agent => agent.On<Note>("notes", Block), options =>
            {
                Strict(options);
                options.AddMiddleware<Gate>();
            });
        });
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.ReadAsync("notes.dlq", 1);

        _blocked.Set();

        (await released.Task.WaitAsync(AgentTestHost.Timeout)).ShouldBeOfType<HandlerBlockedException>();
        await host.AppendAsync("notes", "k", """{"number":2}""");
        NumberOf((await host.ReadAsync("done", 1))[0]).ShouldBe(2);
        (await host.ReadRecordsAsync("notes.dlq", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_blocks_while_its_partition_goes_elsewhere_does_not_keep_its_place()
    {
        var begun = new SemaphoreSlim(0);
        var together = new TaskCompletionSource();
        int blocks = 2;
        int arrived = 0;
        await using var host = new AgentTestHost();
        await host.RunAsync(Add);
        await host.AppendAsync("notes", KeyIn(0), """{"number":1}""");
        await host.AppendAsync("notes", KeyIn(1), """{"number":1}""");
        await begun.WaitAsync(AgentTestHost.Timeout);
        await begun.WaitAsync(AgentTestHost.Timeout);

        await host.RunAsync(Add);
        await host.ReadAsync("done", 1);
        await host.StopAsync();
        await WhenAsync(() => host.StatusOf("blocker").BlockedHandlers == 2);

        // Each needs a place while it waits for the other.
        await host.AppendAsync("notes", KeyIn(0), """{"number":2}""");
        await host.AppendAsync("notes", KeyIn(1), """{"number":2}""");
        (await host.ReadAsync("done", 3)).Count(one => NumberOf(one) == 2).ShouldBe(2);
        _blocked.Set();

        void Add(GanglionBuilder ganglion) => ganglion.AddAgent("blocker", agent => agent.On("notes", async (Note note, AgentContext context) =>
        {
            if (note.Number == 1 && Interlocked.Decrement(ref blocks) >= 0)
            {
                begun.Release();
                _blocked.Wait();
            }

            if (note.Number == 2)
            {
                if (Interlocked.Increment(ref arrived) == 2)
                {
                    together.SetResult();
                }

                await together.Task;
            }

            context.Publish("done", note);
        }), options =>
        {
            options.Partitions = 2;
            options.Concurrency = 2;
            options.DrainTimeout = TimeSpan.FromMilliseconds(1);
            options.HandlerTimeout = TimeSpan.FromSeconds(5);
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task The_time_that_middleware_takes_does_not_make_the_handler_a_blocked_one()
    {
        TimeSpan timeout = TimeSpan.FromSeconds(3);
        var begun = new SemaphoreSlim(0);
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion =>
            {
                ganglion.Services.AddSingleton(slow);
                ganglion.AddAgent("blocker", agent => agent.On<Note>("notes", (note, context) =>
                {
                    begun.Release();
                    if (note.Number == 1)
                    {
                        _blocked.Wait();
                    }

                    // Meanwhile the watchdog looks again.
                    SpinWait.SpinUntil(() => note.Number == 1 || host.StatusOf("blocker").BlockedHandlers == 2);
                    context.Publish("done", note);
                }), options =>
                {
                    Strict(options);
                    options.HandlerTimeout = timeout;
                    options.AddMiddleware<Slow>();
                });
            });
        await host.AppendAsync("notes", "slow", """{"number":2}""");
        await host.AppendAsync("notes", "blocks", """{"number":1}""");
        await begun.WaitAsync(AgentTestHost.Timeout);

        // Two looks of the watchdog lie between the one that blocks and the one that blocks later.
        await Task.Delay(timeout / 2, AgentTestHost.Timeout);
        await host.AppendAsync("notes", "blocks-later", """{"number":1}""");
        await begun.WaitAsync(AgentTestHost.Timeout);
        await WhenAsync(() => host.StatusOf("blocker").BlockedHandlers > 0);

        slow.SetResult();
        await begun.WaitAsync(AgentTestHost.Timeout);
        await WhenAsync(() => host.StatusOf("blocker").BlockedHandlers == 2);

        NumberOf((await host.ReadAsync("done", 1))[0]).ShouldBe(2);
        _blocked.Set();
    }

    private static int NumberOf(CloudEvent @event) => JsonSerializer.Deserialize<Note>(@event.Data!.Value.Span, JsonSerializerOptions.Web)!.Number;

    private static string KeyIn(int partition) =>
        Enumerable.Range(0, 100).Select(i => $"key-{i}").First(key => Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), 2) == partition);

    private static void Strict(AgentOptions options)
    {
        options.Partitions = 1;
        options.Retries = 3;
        options.HandlerTimeout = TimeSpan.FromMilliseconds(200);
    }

    private static async Task WhenAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }
    }

    private void Block(Note note, AgentContext context)
    {
        if (note.Number == 1)
        {
            _blocked.Wait();
        }

        context.Publish("done", note);
    }

    private sealed class Gate(TaskCompletionSource<Exception?> released) : IAgentMiddleware
    {
        public async Task InvokeAsync(MiddlewareContext context, Func<Task> next)
        {
            try
            {
                await next();
            }
            catch (Exception exception)
            {
                released.SetResult(exception);
                throw;
            }
        }
    }

    private sealed class Slow(TaskCompletionSource slow) : IAgentMiddleware
    {
        public async Task InvokeAsync(MiddlewareContext context, Func<Task> next)
        {
            await (context.Self.Key == "slow" ? slow.Task : Task.CompletedTask);
            await next();
        }
    }
}
