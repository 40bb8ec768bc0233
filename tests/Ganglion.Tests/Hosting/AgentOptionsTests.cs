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
        });

        (await host.Broker.Topics.FindAsync("idle.inbox", AgentTestHost.Timeout))!.Partitions.Count.ShouldBe(3);
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
            }));

        exception.Faults.Count.ShouldBe(5);
        exception.Message.ShouldContain("Ganglion:Agents:idle:Partitions is 'many': set a whole number.");
        exception.Message.ShouldContain("Ganglion:Agents:idle:Retries is -1: set 0 to 1000.");
        exception.Message.ShouldContain("Ganglion:Agents:idle:RetryDelay is 'soon': set a time such as 00:00:30.");
        exception.Message.ShouldContain("Ganglion:Agents:idle:Partitons means nothing");
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
