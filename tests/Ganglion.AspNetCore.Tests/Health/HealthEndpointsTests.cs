using System.Net;
using System.Text.Json;
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
}
