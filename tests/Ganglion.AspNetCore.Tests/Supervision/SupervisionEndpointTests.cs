using System.Net;
using System.Text.Json;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.Supervision;

public sealed class SupervisionEndpointTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_host_in_one_of_whose_partitions_everything_fails_is_degraded_and_says_why()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddGanglion(ganglion => ganglion
            .AddSupervisor("team", _ => { })
            .AddCircuitBreaker("bank")
            .AddAgent("payer", agent => agent.On<CloudEvent>("payments", (_, _) => throw new InvalidOperationException("The bank is <closed>.")), options =>
            {
                options.Partitions = 1;
                options.SuspendAfter = 1;
                options.Supervisor = "team";
            })));
        await host.App.Services.GetRequiredService<IEventPublisher>().PublishAsync("payments", 1, "k", TestContext.Current.CancellationToken);

        JsonElement health;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
            health = await host.GetJsonAsync("/readyz");
        }
        while (health.GetProperty("status").GetString() != "degraded");

        health.GetProperty("concerns")[0].GetString().ShouldBe("Everything fails in partition 0 of 'payer': The bank is <closed>.");
        JsonElement supervision = await host.GetJsonAsync("/supervision");
        JsonElement agent = supervision.GetProperty("agents").EnumerateArray().Single();
        agent.GetProperty("state").GetString().ShouldBe("suspended");
        agent.GetProperty("supervisor").GetString().ShouldBe("team");
        agent.GetProperty("suspended")[0].GetProperty("reason").GetString().ShouldBe("The bank is <closed>.");
        supervision.GetProperty("supervisors").EnumerateArray().Select(one => one.GetProperty("name").GetString()).ShouldBe(["root", "team"]);
        supervision.GetProperty("circuits")[0].GetRawText().ShouldBe("""{"dependency":"bank","state":"closed"}""");
    }

    [Fact]
    public async Task A_host_without_agents_has_nothing_to_supervise()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.GetJsonAsync("/supervision")).GetRawText().ShouldBe("""{"agents":[],"supervisors":[],"circuits":[]}""");
        (await host.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
