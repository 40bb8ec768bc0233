using Ganglion.Agents;

namespace Ganglion.Tests.Runtime.Failures;

public sealed class HandlerTimeoutTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_handler_out_of_time_is_cancelled_and_its_event_parked()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent(
                "slow",
                agent => agent.On("notes", (CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken)),
                Strict),
            time);

        await host.AppendAsync("notes", "k", "{}");
        await time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(30));

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.exception.class.name").ShouldBe("Ganglion.Agents.HandlerTimeoutException");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_does_not_heed_its_token_is_given_up_all_the_same()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("deaf", agent => agent.On("notes", () => new TaskCompletionSource().Task), Strict), time);

        await host.AppendAsync("notes", "k", "{}");
        await time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(30));

        (await host.ReadRecordsAsync("notes.dlq", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_context_that_outlives_its_handler_takes_nothing_and_holds_nothing()
    {
        AgentContext? kept = null;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("keeper", agent => agent
            .On("notes", (AgentContext context) =>
            {
                kept = context;
                context.Publish("done", 1);
            })));

        await host.AppendAsync("notes", "k", "{}");
        await host.ReadAsync("done", 1);

        kept.ShouldNotBeNull().CancellationToken.IsCancellationRequested.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => kept.Services);
        Should.Throw<InvalidOperationException>(() => kept.Publish("done", 2));
        kept.HasResources.ShouldBeFalse();
    }

    private static void Strict(AgentOptions options)
    {
        options.Retries = 0;
        options.HandlerTimeout = TimeSpan.FromSeconds(30);
    }
}
