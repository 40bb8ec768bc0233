using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime.Inputs;

public sealed class DeduplicationTests
{
    private static void Echo(AgentBuilder agent) => agent.On<Note>("notes", (note, context) => context.Publish("echoes", note));

    [Fact(Timeout = 60_000)]
    public async Task A_second_event_of_the_same_source_and_id_is_dropped()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("echo", Echo));

        await SendAsync(host, "1");
        await SendAsync(host, "1");
        await SendAsync(host, "2");

        (await host.ReadAsync("echoes", 2)).Select(echo => echo.CausationId).ShouldBe(["1", "2"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_duplicate_is_recognised_after_a_restart()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("echo", Echo));
        await SendAsync(host, "1");
        await host.ReadAsync("echoes", 1);
        await host.StopAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("echo", Echo));
        await SendAsync(host, "1");
        await SendAsync(host, "2");

        (await host.ReadAsync("echoes", 2)).Select(echo => echo.CausationId).ShouldBe(["1", "2"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Beyond_the_window_an_event_is_new_again()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "echo", Echo, options => options.DeduplicationWindow = 2));

        foreach (string id in new[] { "1", "2", "3", "2", "1" })
        {
            await SendAsync(host, id);
        }

        (await host.ReadAsync("echoes", 4)).Select(echo => echo.CausationId).ShouldBe(["1", "2", "3", "1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_duplicate_that_was_dropped_does_not_stand_for_an_event_that_a_crash_has_interrupted()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("echo", Stall, OnePartition));
        await SendAsync(host, "1");
        await SendAsync(host, "1");
        await SendAsync(host, "2", key: "other");
        await host.ReadAsync("echoes", 1);
        await host.KillAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("echo", Echo, OnePartition));

        (await host.ReadAsync("echoes", 2)).Select(echo => echo.CausationId).ShouldBe(["2", "1"]);

        static void OnePartition(AgentOptions options) => options.Partitions = 1;

        static void Stall(AgentBuilder agent) => agent.On<Note>("notes", async (note, context) =>
        {
            if (context.Event.Id == "1")
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            }

            context.Publish("echoes", note);
        });
    }

    private static async Task SendAsync(AgentTestHost host, string id, string key = "k")
    {
        var @event = new CloudEvent
        {
            Id = id, Source = "/tests", Type = "note", DataContentType = "application/json", Data = """{"number":1}"""u8.ToArray(),
        };
        await host.Publisher.PublishAsync("notes", @event, key, AgentTestHost.Timeout);
    }
}
