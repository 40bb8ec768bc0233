using Ganglion.Agents;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.Hosting;

public sealed class AgentOptionsTests
{
    private static void Idle(AgentBuilder agent) => agent.On("notes", () => { });

    [Fact(Timeout = 60_000)]
    public async Task Options_come_from_the_configuration_of_the_host()
    {
        await using var host = new AgentTestHost();

        await host.RunAsync(ganglion => ganglion.AddAgent("idle", Idle), configuration: new()
        {
            ["Ganglion:Agents:idle:Partitions"] = "3",
            ["Ganglion:Agents:idle:RetryDelay"] = "00:00:05",
            ["Ganglion:Agents:idle:StateHistory"] = "12:00:00",
        });

        (await host.Broker.Topics.FindAsync("idle.inbox", AgentTestHost.Timeout))!.Partitions.Count.ShouldBe(3);
        (await host.Broker.Topics.FindAsync("idle.state", AgentTestHost.Timeout))!.Settings.MinCompactionLag.ShouldBe(TimeSpan.FromHours(12));
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_fault_of_the_configuration_is_told_with_its_key_its_value_and_what_to_set()
    {
        await using var host = new AgentTestHost();

        AgentDefinitionException exception = await Should.ThrowAsync<AgentDefinitionException>(() => host.RunAsync(
            ganglion => ganglion.AddAgent("idle", Idle),
            configuration: new()
            {
                ["Ganglion:Agents:idle:Partitions"] = "many",
                ["Ganglion:Agents:idle:Retries"] = "-1",
                ["Ganglion:Agents:idle:RetryDelay"] = "soon",
                ["Ganglion:Agents:idle:Partitons"] = "8",
                ["Ganglion:Agents:idle:HandlerTimeout"] = "00:00:00",
                ["Ganglion:Agents:idle:StateHistory"] = "-1.00:00:00",
            }));

        exception.Faults.Count.ShouldBe(6);
        exception.Message.ShouldContain("Ganglion:Agents:idle:StateHistory is -1.00:00:00: set zero or more");
        exception.Message.ShouldContain("Ganglion:Agents:idle:Partitions is 'many': set a whole number.");
        exception.Message.ShouldContain("Ganglion:Agents:idle:Retries is -1: set 0 to 1000.");
        exception.Message.ShouldContain("Ganglion:Agents:idle:RetryDelay is 'soon': set a time such as 00:00:30.");
        exception.Message.ShouldContain("Ganglion:Agents:idle:Partitons means nothing");
    }

    [Fact]
    public void A_time_that_no_timer_can_wait_is_refused()
    {
        var long50 = TimeSpan.FromDays(50);
        var options = new AgentOptions { RetryDelay = long50, MaxRetryDelay = long50, HandlerTimeout = long50, DrainTimeout = TimeSpan.MaxValue };
        var faults = new List<string>();

        options.Validate("idle", faults);

        faults.Count.ShouldBe(4);
        faults.ShouldContain("Ganglion:Agents:idle:MaxRetryDelay is 50.00:00:00: set 30.00:00:00 to 30.00:00:00.");
        faults.ShouldAllBe(fault => fault.Contains("30.00:00:00"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_longest_times_that_are_allowed_can_be_waited()
    {
        var longest = TimeSpan.FromDays(30);
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "patient",
            agent => agent.On<Note>("notes", async (note, context) =>
            {
                await Task.Yield();
                context.CancellationToken.ThrowIfCancellationRequested();
                context.Publish("done", note);
            }),
            options =>
            {
                options.MaxRetryDelay = longest;
                options.HandlerTimeout = longest;
                options.DrainTimeout = longest;
            }));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        (await host.ReadAsync("done", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_inbox_that_exists_decides_how_many_partitions_the_agent_has()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "idle", Idle, options => options.Partitions = 2));
        await host.StopAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("idle", agent => agent.On("others", () => { }), options => options.Partitions = 5));

        (await host.Broker.Topics.FindAsync("others", AgentTestHost.Timeout))!.Partitions.Count.ShouldBe(2);
    }
}
