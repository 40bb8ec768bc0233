using System.Text;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Cli.Tests.Commands;

public sealed class ApprovalsCommandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task What_waits_is_listed_shown_claimed_and_decided()
    {
        await using WebApplication app = await StartAsync();
        string id = await AskAsync(app, "e-1");

        CliResult list = await RunAsync(app, "list", "--queue", "finance.queries");
        CliResult claim = await RunAsync(app, "claim", id, "--by", "maria", "--for", "5m");
        CliResult other = await RunAsync(app, "approve", id, "--by", "ben");
        CliResult edit = await RunAsync(app, "edit", $"{id}@1", "--by", "maria", "--value", """{"amount":10}""", "--reason", "too much");
        CliResult show = await RunAsync(app, "show", id);
        CliResult stats = await RunAsync(app, "stats");

        list.ShouldSucceed().Output.ShouldContain(id);
        claim.ShouldSucceed().Output.ShouldContain("1 approval claimed");
        other.ShouldFail().ShouldContain("maria has claimed");
        edit.ShouldSucceed().Output.ShouldContain($"{id} is approved, version 2.");
        show.ShouldSucceed().Output.ShouldContain("replace /amount: 12 -> 10");
        show.Output.ShouldContain("approval.approved  maria");
        stats.ShouldSucceed().Output.ShouldContain("100%");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_narrowed_is_told_before_it_is_done()
    {
        await using WebApplication app = await StartAsync();
        await AskAsync(app, "e-1");
        await AskAsync(app, "e-2");

        CliResult told = await RunAsync(app, "reject", "--queue", "finance.queries");
        CliResult queues = await RunAsync(app, "queues", "--json");
        CliResult done = await RunAsync(app, "reject", "--queue", "finance.queries", "--yes", "--reason", "no");
        CliResult list = await RunAsync(app, "list", "--status", "rejected", "--json");

        told.ShouldSucceed().Output.ShouldContain("2 approvals would be rejected; --yes does it");
        JsonDocument.Parse(queues.ShouldSucceed().Output).RootElement.GetProperty("pending").GetInt32().ShouldBe(2);
        done.ShouldSucceed().Output.ShouldContain("2 approvals rejected");
        list.ShouldSucceed().Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("decidedBy").GetString())
            .ShouldBe([Environment.UserName, Environment.UserName]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_an_agent_has_written_acts_on_no_screen()
    {
        await using WebApplication app = await StartAsync();
        string id = await AskAsync(app, "e-1", reason: "look\u001b[2J here");

        CliResult list = await RunAsync(app, "list");
        CliResult show = await RunAsync(app, "show", id);

        list.ShouldSucceed().Output.ShouldContain("""look\u001b[2J here""");
        show.ShouldSucceed().Output.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Which_approvals_are_meant_must_be_said()
    {
        (await CliResult.OfAsync(["approvals", "approve"], [])).ShouldFail(2).ShouldContain("Which approvals?");
        (await CliResult.OfAsync(["approvals", "approve", "a", "--queue", "b"], [])).ShouldFail(2).ShouldContain("not both");
        (await CliResult.OfAsync(["approvals", "edit", "a"], [])).ShouldFail(2).ShouldContain("--value");
    }

    private static Task<CliResult> RunAsync(WebApplication app, params string[] args) =>
        CliResult.OfAsync(["approvals", .. args, "--server", app.Urls.First()], []);

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGanglion(ganglion => ganglion.UseVolatileBroker().AddApprovals());
        WebApplication app = builder.Build();
        app.MapGanglion();
        await app.StartAsync(Cancelled);
        return app;
    }

    private static async Task<string> AskAsync(WebApplication app, string eventId, string reason = "too much")
    {
        var held = new CloudEvent
        {
            Id = eventId, Source = "/agents/writer", Type = "discount.offered", DataContentType = "application/json", Data = """{"amount":12}"""u8.ToArray(),
        };
        var request = new ApprovalRequest
        {
            Id = ApprovalRequests.IdOf(held, null), Queue = "finance.queries", Event = held, Key = Encoding.UTF8.GetBytes("k"), ApprovedTopic = "approved", Reason = reason,
        };
        await using IEventProducer producer = await app.Services.GetRequiredService<IEventBroker>().CreateProducerAsync(cancellationToken: Cancelled);
        foreach (ProducerRecord record in ApprovalRequests.Create(request, "/tests", TimeProvider.System))
        {
            await producer.AppendAsync(record, Cancelled);
        }

        ApprovalQueues queues = app.Services.GetRequiredService<ApprovalQueues>();
        while (await queues.FindAsync(request.Id, Cancelled) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Cancelled);
        }

        return request.Id;
    }
}
