using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime;

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

    private static async Task SendAsync(AgentTestHost host, string id)
    {
        var @event = new CloudEvent
        {
            Id = id, Source = "/tests", Type = "note", DataContentType = "application/json", Data = """{"number":1}"""u8.ToArray(),
        };
        await host.Publisher.PublishAsync("notes", @event, "k", AgentTestHost.Timeout);
    }
}
