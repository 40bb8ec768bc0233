using System.Net;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.Health;

public sealed class HealthEndpointsTests
{
    [Fact]
    public async Task A_running_host_is_alive_and_ready()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.GetJsonAsync("/healthz")).GetProperty("status").GetString().ShouldBe("alive");
        (await host.GetJsonAsync("/readyz")).GetProperty("status").GetString().ShouldBe("ready");
    }

    [Fact]
    public async Task A_host_whose_broker_cannot_open_is_alive_but_not_ready()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddSingleton<IEventBroker>(
            _ => throw new StorageException("storage-unwritable", "The data folder is read-only.")));

        using HttpResponseMessage ready = await host.GetAsync("/readyz");

        JsonElement problem = await ready.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "not-ready");
        problem.GetProperty("detail").GetString()!.ShouldContain("read-only");
        (await host.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_host_one_of_whose_agents_does_not_work_is_not_ready()
    {
        var statuses = new Statuses();
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddSingleton<IAgentStatuses>(statuses));
        statuses.Agents = [new(new AgentType("first"), IsWorking: true), new(new AgentType("second"), IsWorking: false, "Its state is damaged.")];

        using HttpResponseMessage ready = await host.GetAsync("/readyz");

        JsonElement problem = await ready.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "not-ready");
        problem.GetProperty("detail").GetString().ShouldBe("The agent 'second' does not work: Its state is damaged.");
        statuses.Agents = [statuses.Agents[0]];
        (await host.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private sealed class Statuses : IAgentStatuses
    {
        public IReadOnlyList<AgentStatus> Agents { get; set; } = [];

        public IReadOnlyList<AgentStatus> List() => Agents;
    }
}
