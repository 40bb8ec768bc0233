using System.Net;
using System.Text;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.Approvals;

public sealed class ApprovalEndpointsTests
{
    [Fact(Timeout = 60_000)]
    public async Task What_waits_is_listed_shown_claimed_edited_and_counted()
    {
        await using ApiHost host = await StartAsync();
        string id = await AskAsync(host, "e-1");

        JsonElement listed = (await host.GetJsonAsync("/approvals?queue=finance.queries&status=pending&unclaimed=true&before=0s")).GetProperty("approvals")[0];
        JsonElement queues = await host.GetJsonAsync("/queues");
        JsonElement claimed = await PostAsync(host, $"/approvals/{id}/claim", """{"by":"maria","for":"30m"}""");
        JsonElement tried = await PostAsync(host, $"/approvals/{id}/approve", """{"by":"maria","version":1,"dryRun":true}""");
        JsonElement edited = await PostAsync(host, $"/approvals/{id}/edit", """{"by":"maria","version":1,"reason":"too much","data":{"amount":10}}""");
        JsonElement shown = await host.GetJsonAsync($"/approvals/{id}");
        JsonElement stats = (await host.GetJsonAsync("/approvals/stats")).GetProperty("stats")[0];

        listed.GetProperty("id").GetString().ShouldBe(id);
        listed.GetProperty("agent").GetString().ShouldBe("writer");
        queues.GetProperty("queues")[0].GetProperty("pending").GetInt32().ShouldBe(1);
        claimed.GetProperty("claimedUntil").GetDateTimeOffset().ShouldBeGreaterThan(listed.GetProperty("since").GetDateTimeOffset());
        tried.GetProperty("status").GetString().ShouldBe("approved");
        (edited.GetProperty("status").GetString(), edited.GetProperty("version").GetInt32()).ShouldBe(("approved", 2));
        shown.GetProperty("approval").GetProperty("decidedBy").GetString().ShouldBe("maria");
        shown.GetProperty("original").GetProperty("data").GetRawText().ShouldBe("""{"amount":12}""");
        shown.GetProperty("event").GetProperty("data").GetRawText().ShouldBe("""{"amount":10}""");
        shown.GetProperty("key").GetString().ShouldBe("k");
        shown.GetProperty("history").EnumerateArray().Select(one => one.GetProperty("type").GetString())
            .ShouldBe(["approval.requested", "approval.claimed", "approval.edited", "approval.approved"]);
        JsonElement difference = shown.GetProperty("history")[2].GetProperty("difference")[0];
        difference.GetRawText().ShouldBe("""{"op":"replace","path":"/amount","old":12,"value":10}""");
        (stats.GetProperty("edited").GetInt32(), stats.GetProperty("overruled").GetDouble()).ShouldBe((1, 1));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_refused_says_why_by_status_and_code()
    {
        await using ApiHost host = await StartAsync(options =>
        {
            options.Teams["finance"] = new ApprovalTeam { Members = ["maria", "ben"] };
            options.Queues["finance.*"] = new ApprovalQueueOptions { Team = "finance" };
        });
        string id = await AskAsync(host, "e-1");
        await PostAsync(host, $"/approvals/{id}/claim", """{"by":"maria"}""");

        await RefuseAsync(HttpStatusCode.Conflict, "approval-claimed", "approve", """{"by":"ben","version":1}""");
        await RefuseAsync(HttpStatusCode.Conflict, "approval-version-stale", "approve", """{"by":"maria","version":7}""");
        await RefuseAsync(HttpStatusCode.BadRequest, "approval-version-missing", "approve", """{"by":"maria"}""");
        await RefuseAsync(HttpStatusCode.Forbidden, "approval-forbidden", "approve", """{"by":"eve","version":1}""");
        await RefuseAsync(HttpStatusCode.Forbidden, "approval-forbidden", "approve", """{"version":1}""");
        await RefuseAsync(HttpStatusCode.UnprocessableEntity, "approval-edit-invalid", "edit", """{"by":"maria","version":1,"data":{"amount":"12"}}""");
        await RefuseAsync(HttpStatusCode.BadRequest, "request-malformed", "claim", """{"by":"maria","for":"long"}""");
        await PostAsync(host, $"/approvals/{id}/reject", """{"by":"maria","version":1}""");
        await RefuseAsync(HttpStatusCode.Conflict, "approval-decided", "approve", """{"by":"maria","version":1}""");
        using HttpResponseMessage nothing = await host.GetAsync("/approvals/nothing");
        await nothing.ShouldBeProblemAsync(HttpStatusCode.NotFound, "approval-not-found");
        using HttpResponseMessage status = await host.GetAsync("/approvals?status=lost");
        await status.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "parameter-invalid");
        using HttpResponseMessage nobody = await host.PostAsync("/approvals/batch", """{"action":"approve","by":"maria","ids":[null]}""");
        await nobody.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request-malformed");

        async Task RefuseAsync(HttpStatusCode status, string code, string action, string body)
        {
            using HttpResponseMessage response = await host.PostAsync($"/approvals/{id}/{action}", body);
            await response.ShouldBeProblemAsync(status, code);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_are_decided_each_by_itself_and_told_first()
    {
        await using ApiHost host = await StartAsync();
        string[] ids = [await AskAsync(host, "e-1"), await AskAsync(host, "e-2"), await AskAsync(host, "e-3")];
        await PostAsync(host, $"/approvals/{ids[1]}/comment", """{"by":"ben","reason":"why?"}""");

        JsonElement told = await PostAsync(host, "/approvals/batch", """{"action":"approve","by":"maria","filter":{"queue":"finance.queries"}}""");
        JsonElement done = await PostAsync(
            host, "/approvals/batch", $$"""{"action":"approve","by":"maria","execute":true,"ids":["{{ids[0]}}@1","{{ids[1]}}@1","{{ids[2]}}","nothing"]}""");

        told.GetProperty("executed").GetBoolean().ShouldBeFalse();
        told.GetProperty("outcomes").EnumerateArray().ShouldAllBe(one => one.GetProperty("status").GetString() == "approved");
        done.GetProperty("outcomes").EnumerateArray()
            .Select(one => one.TryGetProperty("problem", out JsonElement problem) ? problem.GetProperty("code").GetString() : one.GetProperty("status").GetString())
            .ShouldBe(["approved", "approval-version-stale", "approved", "approval-not-found"]);
        (await host.GetJsonAsync("/approvals")).GetProperty("approvals").EnumerateArray().Select(one => one.GetProperty("id").GetString()).ShouldBe([ids[1]]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_was_authenticated_is_who_he_is_and_has_his_roles()
    {
        await using ApiHost host = await StartAsync(
            options =>
            {
                options.Teams["finance"] = new ApprovalTeam { Roles = ["approver"] };
                options.Queues["*"] = new ApprovalQueueOptions { Team = "finance" };
            },
            services => services.AddSingleton<IStartupFilter, SignedIn>());
        string id = await AskAsync(host, "e-1");

        await PostAsync(host, $"/approvals/{id}/approve", """{"by":"somebody else","version":1}""");

        JsonElement decision = (await host.GetJsonAsync($"/approvals/{id}")).GetProperty("history")[1];
        decision.GetProperty("by").GetString().ShouldBe("ines");
        decision.GetProperty("authenticated").GetBoolean().ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_without_agents_lists_and_says_who_decides()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.GetJsonAsync("/approvals")).GetRawText().ShouldBe("""{"approvals":[]}""");
        using HttpResponseMessage refused = await host.PostAsync("/approvals/any/approve", """{"by":"maria","version":1}""");
        await refused.ShouldBeProblemAsync(HttpStatusCode.Conflict, "approval-read-only");
    }

    private static Task<ApiHost> StartAsync(Action<ApprovalOptions>? configure = null, Action<IServiceCollection>? more = null) => ApiHost.StartAsync(services: services =>
    {
        services.AddGanglion(ganglion => ganglion.AddApprovals(configure));
        more?.Invoke(services);
    });

    private static async Task<string> AskAsync(ApiHost host, string eventId)
    {
        var held = new CloudEvent
        {
            Id = eventId, Source = "/agents/writer", Type = "discount.offered", DataContentType = "application/json", Data = """{"amount":12}"""u8.ToArray(),
        };
        var request = new ApprovalRequest
        {
            Id = ApprovalRequests.IdOf(held, null), Queue = "finance.queries", Event = held, Key = Encoding.UTF8.GetBytes("k"), ApprovedTopic = "approved",
        };
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        foreach (ProducerRecord record in ApprovalRequests.Create(request, "/tests", TimeProvider.System))
        {
            await producer.AppendAsync(record, TestContext.Current.CancellationToken);
        }

        ApprovalQueues queues = host.App.Services.GetRequiredService<ApprovalQueues>();
        while (await queues.FindAsync(request.Id, TestContext.Current.CancellationToken) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        }

        return request.Id;
    }

    private static async Task<JsonElement> PostAsync(ApiHost host, string path, string json)
    {
        using HttpResponseMessage response = await host.PostAsync(path, json);
        return await response.ReadJsonAsync(HttpStatusCode.OK);
    }
}
