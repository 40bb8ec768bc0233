using System.Text;
using Ganglion.Agents;
using Ganglion.Supervision;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>What handlers register with their cancellation tokens throws.</summary>
public sealed class OddCancellationTests
{
    private int _calls;

    [Fact(Timeout = 60_000)]
    public async Task A_handler_whose_cancellation_throws_when_its_time_is_over_is_parked_and_the_next_event_is_handled()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "odd",
            agent => agent.On<Note>("notes", (note, context) => note.Number == 0 ? HangAsync(context) : Echo(note, context)),
            options =>
            {
                options.Retries = 0;
                options.HandlerTimeout = TimeSpan.FromMilliseconds(50);
            }));

        await host.AppendAsync("notes", "k", """{"number":0}""");
        await host.AppendAsync("notes", "k", """{"number":1}""");

        (await TextsAsync(host, 1)).ShouldBe(["1"]);
        await host.ReadAsync("notes.dlq", 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_breaks_while_a_handler_runs_whose_cancellation_throws_works_again()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSupervisor(SupervisorOptions.Root, root => root.RestartDelay = TimeSpan.FromMilliseconds(1))
            .AddAgent(
                "odd",
                agent => agent.On<Note>("notes", (note, context) =>
                {
                    if (Interlocked.Increment(ref _calls) > 2)
                    {
                        return Echo(note, context);
                    }

                    if (note.Number == 1)
                    {
                        throw new AgentBrokenException("The first time it breaks.");
                    }

                    Task hanging = HangAsync(context);
                    begun.SetResult();
                    return hanging;
                }),
                options => options.Partitions = 2));
        await host.AppendAsync("notes", "other", """{"number":0}""");
        await begun.Task;

        await host.AppendAsync("notes", "k", """{"number":1}""");

        (await TextsAsync(host, 2)).Order().ShouldBe(["0", "1"]);
    }

    private static async Task HangAsync(AgentContext context)
    {
        context.CancellationToken.Register(() => throw new InvalidOperationException("Nobody shall cancel this."));
        await new TaskCompletionSource().Task;
    }

    private static Task Echo(Note note, AgentContext context)
    {
        context.Publish("echoes", note.Number);
        return Task.CompletedTask;
    }

    private static async Task<IEnumerable<string>> TextsAsync(AgentTestHost host, int count) =>
        (await host.ReadAsync("echoes", count)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span));
}
