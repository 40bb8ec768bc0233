using Ganglion.Agents;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Hosting;

public sealed class AgentHostTests
{
    [Fact(Timeout = 60_000)]
    public async Task Agents_that_have_begun_stop_when_another_one_cannot()
    {
        await using var host = new AgentTestHost();

        await Should.ThrowAsync<InvalidOperationException>(() => host.RunAsync(ganglion => ganglion
            .AddAgent("first", agent => agent.On<Note>("notes", (_, _) => { }))
            .AddAgent("second", agent => agent.On<Note>("nowhere", (_, _) => { }))
            .Services.AddSingleton<IRouteTable, BrokenRoutes>()));

        (await host.Broker.Groups.FindAsync("first", AgentTestHost.Timeout))?.Members.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_runs_is_working_and_one_that_has_stopped_is_not()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("first", agent => agent.On<Note>("notes", (_, _) => { })));
        IAgentStatuses statuses = host.Host.Services.GetRequiredService<IAgentStatuses>();

        statuses.List().ShouldBe([new AgentStatus(new AgentType("first"), IsWorking: true)]);
        await host.Host.StopAsync(AgentTestHost.Timeout);

        statuses.List().ShouldHaveSingleItem().IsWorking.ShouldBeFalse();
    }

    [Fact]
    public async Task An_agent_is_not_working_before_its_host_has_started()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddGanglion(ganglion => ganglion.UseVolatileBroker().AddAgent("first", agent => agent.On<Note>("notes", (_, _) => { })))
            .BuildServiceProvider();

        services.GetRequiredService<IAgentStatuses>().List().ShouldHaveSingleItem().IsWorking.ShouldBeFalse();
    }

    private sealed class BrokenRoutes : IRouteTable
    {
        public Route Resolve(string channel) =>
            channel == "notes" ? new Route(channel, channel) : throw new InvalidOperationException($"'{channel}' leads nowhere.");
    }
}
