using System.Net;
using System.Text;
using System.Text.Json;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.Oversight;

public sealed class RouteEndpointsTests
{
    private const string Copy = """{"name":"copy","kind":"mirror","settings":{"to":"copies"}}""";

    [Fact]
    public async Task A_route_is_made_shown_and_changed_and_every_change_is_told()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement none = await host.GetJsonAsync("/routes/notes");
        JsonElement inserted = await SendAsync(host, HttpMethod.Post, "/routes/notes/stages", $$"""{"stage":{{Copy}},"by":"maria","reason":"why not"}""");
        JsonElement before = await SendAsync(
            host, HttpMethod.Post, "/routes/notes/stages", """{"stage":{"name":"half","kind":"mirror","settings":{"to":"b","share":0.5}},"before":"copy","version":1}""");
        await SendAsync(host, HttpMethod.Put, "/routes/notes/stages/half", """{"stage":{"name":"half","kind":"mirror","settings":{"to":"b","share":0.1}}}""");
        await SendAsync(host, HttpMethod.Delete, "/routes/notes/stages/copy?by=ben&reason=enough", "");

        none.GetRawText().ShouldBe("""{"channel":"notes","version":0,"entry":"notes","exit":"notes","stages":[]}""");
        inserted.GetProperty("change").GetString().ShouldBe("led 'notes' to 'notes.cleaned', inserted 'copy'");
        inserted.GetProperty("route").GetRawText().ShouldBe(
            $$"""{"channel":"notes","version":1,"entry":"notes","exit":"notes.cleaned","stages":[{{Copy}}]}""");
        before.GetProperty("change").GetString().ShouldBe("inserted 'half' before 'copy'");
        JsonElement[] changes = [.. (await host.GetJsonAsync("/routes/notes/changes")).GetProperty("changes").EnumerateArray()];
        changes.Select(change => change.GetProperty("change").GetString()).ShouldBe(
            ["led 'notes' to 'notes.cleaned', inserted 'copy'", "inserted 'half' before 'copy'", "changed the settings of 'half'", "removed 'copy'"]);
        changes[0].GetRawText().ShouldBe(inserted.GetRawText());
        (changes[0].GetProperty("by").GetString(), changes[0].GetProperty("reason").GetString()).ShouldBe(("maria", "why not"));
        (changes[3].GetProperty("by").GetString(), changes[3].GetProperty("reason").GetString()).ShouldBe(("ben", "enough"));
        changes.Select(change => change.GetProperty("offsets")[0].GetInt64()).ShouldBe([0, 1, 2, 3]);
        JsonElement shown = await host.GetJsonAsync("/routes/notes");
        shown.GetProperty("version").GetInt32().ShouldBe(4);
        (await host.GetJsonAsync("/routes")).GetProperty("routes").EnumerateArray().ShouldHaveSingleItem().GetRawText().ShouldBe(shown.GetRawText());
    }

    [Fact]
    public async Task A_whole_route_is_put_where_nobody_has_changed_it()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string body = $$"""{"entry":"chat.raw","exit":"chat.final","stages":[{{Copy}}],"version":0,"by":"maria"}""";

        JsonElement made = await SendAsync(host, HttpMethod.Put, "/routes/chat", body);
        using HttpResponseMessage again = await RequestAsync(host, HttpMethod.Put, "/routes/chat", body);

        made.GetProperty("route").GetProperty("exit").GetString().ShouldBe("chat.final");
        JsonElement problem = await again.ShouldBeProblemAsync(HttpStatusCode.Conflict, "route-changed");
        problem.GetProperty("detail").GetString()!.ShouldContain("maria led 'chat.raw' to 'chat.final', inserted 'copy'");
    }

    [Fact]
    public async Task A_rehearsal_tells_what_would_go_where_and_changes_nothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("notes", "1", "2", "3");

        JsonElement rehearsed = await SendAsync(
            host, HttpMethod.Post, "/routes/notes/stages?dry_run=true&last=2", """{"stage":{"name":"stop","kind":"divert","settings":{"to":"aside"}}}""");

        rehearsed.GetProperty("change").GetString().ShouldBe("led 'notes' to 'notes.cleaned', inserted 'stop'");
        rehearsed.GetProperty("summary").GetRawText().ShouldBe(
            """[{"topic":"aside","now":0,"then":2,"stage":"stop"},{"topic":"notes","now":2,"then":0}]""");
        rehearsed.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("offset").GetInt64()).ShouldBe([1, 2]);
        rehearsed.GetProperty("events")[0].GetRawText().ShouldBe(
            """{"partition":0,"offset":1,"now":[{"topic":"notes"}],"then":[{"topic":"aside","stage":"stop"}],"id":"notes-0@1","type":"notes"}""");
        (await host.GetJsonAsync("/routes")).GetRawText().ShouldBe("""{"routes":[]}""");
        (await host.Broker.Topics.FindAsync("notes.cleaned", TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Theory]
    [InlineData("POST", "/routes/notes/stages", """{"stage":{"name":"x","kind":"oracle"}}""", HttpStatusCode.BadRequest, "route-invalid")]
    [InlineData("POST", "/routes/notes/stages", """{"stage":{"name":"copy","kind":"mirror","settings":{"to":"x"}}}""", HttpStatusCode.Conflict, "stage-exists")]
    [InlineData("POST", "/routes/notes/stages", """{"stage":{"name":"x","kind":"mirror","settings":{"to":"x"}},"before":"no"}""", HttpStatusCode.NotFound, "stage-not-found")]
    [InlineData("POST", "/routes/notes/stages", """{"stage":{"name":"x","kind":"mirror","settings":{"to":"x"}},"before":"a","after":"b"}""", HttpStatusCode.BadRequest, "request-malformed")]
    [InlineData("POST", "/routes/notes/stages", """{"stage":{"name":"x","kind":"mirror","settings":{"to":"x"}},"version":0}""", HttpStatusCode.Conflict, "route-changed")]
    [InlineData("POST", "/routes/notes/stages?dry_run=yes", """{"stage":{"name":"x","kind":"mirror","settings":{"to":"x"}}}""", HttpStatusCode.BadRequest, "parameter-invalid")]
    [InlineData("POST", "/routes/notes/stages?dry_run=true&last=0", """{"stage":{"name":"x","kind":"mirror","settings":{"to":"x"}}}""", HttpStatusCode.BadRequest, "parameter-invalid")]
    [InlineData("PUT", "/routes/notes/stages/copy", """{"stage":{"name":"x","kind":"mirror","settings":{"to":"x"}},"before":"copy"}""", HttpStatusCode.BadRequest, "request-malformed")]
    [InlineData("PUT", "/routes/notes/stages/no", """{"stage":{"name":"x","kind":"mirror","settings":{"to":"x"}}}""", HttpStatusCode.NotFound, "stage-not-found")]
    [InlineData("PUT", "/routes/notes", """{"entry":"notes","exit":"elsewhere","stages":[],"version":1}""", HttpStatusCode.BadRequest, "route-invalid")]
    [InlineData("PUT", "/routes/notes", """{"entry":"notes","exit":"notes.cleaned","stages":[null],"version":1}""", HttpStatusCode.BadRequest, "request-malformed")]
    [InlineData("DELETE", "/routes/notes/stages/no", "", HttpStatusCode.NotFound, "stage-not-found")]
    [InlineData("DELETE", "/routes/notes/stages/copy?version=7", "", HttpStatusCode.Conflict, "route-changed")]
    [InlineData("GET", "/routes/no%20channel", "", HttpStatusCode.BadRequest, "parameter-invalid")]
    [InlineData("GET", "/routes/diagram?format=svg", "", HttpStatusCode.BadRequest, "parameter-invalid")]
    public async Task What_cannot_be_is_refused(string method, string path, string body, HttpStatusCode status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await SendAsync(host, HttpMethod.Post, "/routes/notes/stages", $$"""{"stage":{{Copy}}}""");

        using HttpResponseMessage refused = await RequestAsync(host, new HttpMethod(method), path, body);

        await refused.ShouldBeProblemAsync(status, code);
        (await host.GetJsonAsync("/routes/notes")).GetProperty("version").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_paused_channel_is_shown_as_such()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await SendAsync(host, HttpMethod.Post, "/routes/notes/stages", $$"""{"stage":{{Copy}}}""");
        await SendAsync(host, HttpMethod.Post, "/pauses", """{"target":"channel:notes","by":"maria"}""");

        (await host.GetJsonAsync("/routes/notes")).GetProperty("paused").GetProperty("by").GetString().ShouldBe("maria");
    }

    [Fact]
    public async Task The_diagram_is_drawn_as_json_and_for_mermaid()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await SendAsync(host, HttpMethod.Post, "/routes/notes/stages", $$"""{"stage":{{Copy}}}""");

        JsonElement json = await host.GetJsonAsync("/routes/diagram");
        using HttpResponseMessage mermaid = await host.GetAsync("/routes/diagram?format=mermaid");

        json.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString())
            .ShouldBe(["topic:notes", "router:notes", "topic:notes.cleaned", "topic:copies"]);
        json.GetProperty("edges")[2].GetRawText().ShouldBe("""{"from":"router:notes","to":"topic:copies","label":"copy","isAside":true}""");
        mermaid.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await mermaid.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldStartWith("flowchart LR\n  n0[\"notes\"]\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_runs_a_route_is_shown_and_how_far_they_are_behind()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddGanglion(ganglion => ganglion
            .AddAgent("reader", agent => agent.On("notes", (CloudEvent _) => { }))));
        await SendAsync(host, HttpMethod.Post, "/routes/notes/stages", $$"""{"stage":{{Copy}}}""");
        await host.App.Services.GetRequiredService<IEventPublisher>().PublishAsync("notes", 1, "k", TestContext.Current.CancellationToken);

        JsonElement router;
        do
        {
            router = await RouterAsync(host);
        }
        while (router.ValueKind == JsonValueKind.Undefined
            || router.GetProperty("offsets").EnumerateArray().Sum(offset => offset.GetProperty("committed").GetInt64()) == 0
            || router.GetProperty("lag").GetInt64() > 0);

        router.GetProperty("id").GetString().ShouldBe("router.notes");
        router.GetProperty("members").GetArrayLength().ShouldBe(1);
        JsonElement diagram = await host.GetJsonAsync("/routes/diagram");
        diagram.GetProperty("nodes").EnumerateArray().Single(node => node.GetProperty("id").GetString() == "router:notes").GetProperty("hosts").GetInt32().ShouldBe(1);
        diagram.GetProperty("edges").EnumerateArray().Select(edge => edge.GetRawText()).ShouldContain("""{"from":"topic:notes.cleaned","to":"agent:reader","label":"notes"}""");
    }

    private static async Task<JsonElement> RouterAsync(ApiHost host) =>
        (await host.GetJsonAsync("/routes/notes")).TryGetProperty("router", out JsonElement router) ? router : default;

    private static async Task<JsonElement> SendAsync(ApiHost host, HttpMethod method, string path, string json)
    {
        using HttpResponseMessage response = await RequestAsync(host, method, path, json);
        return await response.ReadJsonAsync(HttpStatusCode.OK);
    }

    private static async Task<HttpResponseMessage> RequestAsync(ApiHost host, HttpMethod method, string path, string json)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json.Length > 0)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
