using System.Collections.Concurrent;
using Ganglion.Agents;
using Ganglion.Tests.Runtime;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Journal;

/// <summary>What a handler does again is neither said nor counted again.</summary>
public sealed class ReplayTests
{
    private static readonly ConcurrentQueue<bool> Replaying = new();
    private readonly ManualTime _time = new();

    [Agent("talker")]
    public sealed class Talker(ILogger<Talker> own) : Agent
    {
        [On("orders")]
        public async Task HandleAsync(AgentContext context, ILogger<ReplayTests> parameter)
        {
            Say(context, parameter, "before the effect");
            await context.RunAsync("effect", _ => Task.FromResult(1));
            Say(context, parameter, "before the wait");
            context.Publish("waiting", 1);
            await context.DelayAsync(TimeSpan.FromDays(1));
            Say(context, parameter, "after the wait");
            context.Publish("done", 1);
        }

        private void Say(AgentContext context, ILogger parameter, string what)
        {
            Replaying.Enqueue(context.IsReplaying);
            context.Logger.LogError("context {What}", what);
            own.LogError("own {What}", what);
            parameter.LogError("parameter {What}", what);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_logged_is_not_logged_again_when_the_handler_goes_on()
    {
        await using var host = new AgentTestHost();
        var logged = new LogList();
        await host.RunAsync(
            ganglion =>
            {
                ganglion.AddAgent<Talker>();
                ganglion.Services.AddSingleton<ILoggerProvider>(logged);
            },
            _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);

        await _time.WhenTimerIsSetAsync(TimeSpan.FromDays(1));
        _time.Advance(TimeSpan.FromDays(1));

        await host.ReadAsync("done", 1);
        string[] said = [.. logged.Errors.Select(error => error.Trim())];
        said.ShouldBe(
        [
            "context before the effect", "own before the effect", "parameter before the effect",
            "context before the wait", "own before the wait", "parameter before the wait",
            "context after the wait", "own after the wait", "parameter after the wait",
        ]);
        Replaying.ShouldBe([false, false, true, true, false]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_counted_is_not_counted_again_when_the_handler_goes_on()
    {
        int counted = 0;
        using var measured = new Measurements("messaging.consumer.group.name", "counter-of-orders");
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("counter-of-orders", agent => agent.On("orders", async (AgentContext context) =>
            {
                await context.RunAsync("effect", _ => Task.FromResult(1));
                if (!context.IsReplaying)
                {
                    Interlocked.Increment(ref counted);
                }

                context.Publish("waiting", 1);
                await context.DelayAsync(TimeSpan.FromDays(1));
                context.Publish("done", 1);
            })),
            _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);

        await _time.WhenTimerIsSetAsync(TimeSpan.FromDays(1));
        _time.Advance(TimeSpan.FromDays(1));
        await host.ReadAsync("done", 1);

        counted.ShouldBe(1);

        // Two turns are two processings, and nothing was done a second time.
        measured.Of("messaging.process.duration").Count().ShouldBe(2);
        measured.Of("ganglion.events.retried").ShouldBeEmpty();
        measured.Of("ganglion.events.duplicates").ShouldBeEmpty();
    }
}
