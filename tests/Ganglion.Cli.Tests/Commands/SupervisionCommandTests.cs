using System.Text.Json;
using Ganglion.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Cli.Tests.Commands;

public sealed class SupervisionCommandTests
{
    [Fact]
    public async Task Agents_are_listed_with_their_supervisor_and_state_and_what_is_paused()
    {
        await using WebApplication app = await StartAsync();

        (await CliResult.OfAsync(["pause", "agent:payer", "--reason", "nonsense", "--server", app.Urls.First()], [])).ShouldSucceed();

        CliResult table = await CliResult.OfAsync(["supervision", "--server", app.Urls.First()], []);
        CliResult json = await CliResult.OfAsync(["supervision", "--json", "--server", app.Urls.First()], []);

        table.ShouldSucceed();
        json.ShouldSucceed();
        table.Output.ShouldContain("payer");
        table.Output.ShouldContain("team");
        table.Output.ShouldContain("working");
        table.Output.ShouldContain("agent:payer (nonsense). 'ganglion resume agent:payer' ends it.");
        using JsonDocument supervision = JsonDocument.Parse(json.Output);
        supervision.RootElement.GetProperty("agents")[0].GetProperty("name").GetString().ShouldBe("payer");
    }

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGanglion(ganglion => ganglion
            .UseVolatileBroker()
            .AddSupervisor("team", _ => { })
            .AddAgent("payer", agent => agent.On("payments", (CloudEvent _) => { }), options => options.Supervisor = "team"));
        WebApplication app = builder.Build();
        app.MapGanglion();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
