using System.Text;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.Journal;

/// <summary>Handlers whose code changes while they wait.</summary>
public sealed class VersionTests
{
    private readonly ManualTime _time = new();

    [Fact(Timeout = 60_000)]
    public async Task What_waits_goes_on_with_the_version_that_it_began_with_and_what_is_new_takes_the_highest()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", agent => First(agent), Patient), _time);
        await host.AppendAsync("orders", "old", "{}");
        await host.ReadAsync("waiting", 1);
        await host.StopAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("worker", agent => Second(First(agent)), Patient), _time);
        await host.AppendAsync("orders", "new", "{}");
        await host.ReadAsync("waiting", 2);
        Task<IEnumerable<string>> done = TextsAsync(host, "done", 2);
        while (!done.IsCompleted)
        {
            await Task.WhenAny(done, _time.WhenTimerIsSetAsync(TimeSpan.FromDays(2)));
            _time.Advance(TimeSpan.FromHours(12));
        }

        (await done).Order().ShouldBe(["\"new second\"", "\"old first\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_interrupted_before_it_waited_goes_on_with_its_version_too()
    {
        await using var host = new AgentTestHost();
        var reached = new TaskCompletionSource();
        AgentBuilder Interrupted(AgentBuilder agent, bool hangs) => agent.On("orders", async (AgentContext context) =>
        {
            int first = await context.RunAsync("one", _ => Task.FromResult(1));
            await context.RunAsync("two", async effect =>
            {
                reached.TrySetResult();
                await (hangs ? Task.Delay(-1, effect.CancellationToken) : Task.CompletedTask);
            });
            context.Publish("done", $"first {first}");
        });
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", agent => Interrupted(agent, hangs: true)));
        await host.AppendAsync("orders", "k", "{}");
        await reached.Task;
        await host.KillAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("worker", agent => Second(Interrupted(agent, hangs: false))));

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"first 1\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_for_a_version_that_is_gone_is_parked_and_the_missing_version_is_named()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", agent => First(agent)), _time);
        await host.AppendAsync("orders", "old", "{}");
        await host.ReadAsync("waiting", 1);
        await host.StopAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("worker", agent => Second(agent)), _time);
        await _time.WhenTimerIsSetAsync(TimeSpan.FromDays(1));
        _time.Advance(TimeSpan.FromDays(1));

        (CloudEvent _, Record record) = (await host.ReadRecordsAsync("orders.dlq", 1))[0];
        record.Headers.TryGet("__dlq.errors.message"u8, out ReadOnlyMemory<byte> message).ShouldBeTrue();
        Encoding.UTF8.GetString(message.Span).ShouldContain("no handler of version 1 for 'orders'");
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_handlers_of_one_version_are_refused()
    {
        AgentDefinitionException refused = await Should.ThrowAsync<AgentDefinitionException>(
            AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => First(First(agent)))));

        refused.Message.ShouldContain("handles 'orders' 2 times");
    }

    // The clock may be moved in the midst of a turn.
    private static void Patient(AgentOptions options) => options.HandlerTimeout = Timeout.InfiniteTimeSpan;

    private static AgentBuilder First(AgentBuilder agent) => agent.On("orders", async (AgentContext context) =>
    {
        context.Publish("waiting", 1);
        await context.DelayAsync(TimeSpan.FromDays(1));
        context.Publish("done", $"{context.Self.Key} first");
    });

    private static AgentBuilder Second(AgentBuilder agent) => agent.On(
        "orders",
        async (AgentContext context) =>
        {
            context.Publish("waiting", 2);
            await context.RunAsync("new", _ => Task.FromResult(1));
            await context.DelayAsync(TimeSpan.FromDays(2));
            context.Publish("done", $"{context.Self.Key} second");
        },
        version: 2);

    private static async Task<IEnumerable<string>> TextsAsync(AgentTestHost host, string topic, int count) =>
        (await host.ReadAsync(topic, count)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span));
}
