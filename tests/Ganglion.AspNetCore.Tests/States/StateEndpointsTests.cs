using System.Net;
using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.States;

public sealed class StateEndpointsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_state_is_shown_as_it_is_and_as_it_was()
    {
        await using ApiHost host = await StartAsync();
        await LoadAsync(host, "a/ü", """{"contenttype":"application/json","data":{"n":1}}""");
        await LoadAsync(host, "a/ü", """{"contenttype":"application/json","data":{"n":2},"changes":[{"name":"added","contenttype":"application/json","data":{"by":3}}]}""");

        JsonElement now = await host.GetJsonAsync("/agents/notes/state?key=a/%C3%BC");
        JsonElement before = await host.GetJsonAsync("/agents/notes/state?key=a/%C3%BC&at=0");

        (now.GetProperty("agent").GetString(), now.GetProperty("key").GetString(), now.GetProperty("version").GetInt64()).ShouldBe(("notes", "a/ü", 3));
        now.GetProperty("data").GetRawText().ShouldBe("""{"n":2}""");
        now.GetProperty("changes")[0].GetRawText().ShouldBe("""{"name":"added","contenttype":"application/json","data":{"by":3}}""");
        before.GetProperty("data").GetRawText().ShouldBe("""{"n":1}""");
        before.GetProperty("version").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task The_history_of_a_state_is_a_line_for_each_change()
    {
        await using ApiHost host = await StartAsync();
        await LoadAsync(host, "a", """{"contenttype":"application/json","data":1}""");
        await LoadAsync(host, "a", "{}");

        JsonElement[] lines = await LinesAsync(host, "/agents/notes/state/history?key=a");

        lines.Select(line => line.GetProperty("kind").GetString()).ShouldBe(["set", "cleared"]);
        lines.Select(line => line.GetProperty("version").GetInt64()).ShouldBe([1, 2]);
        lines[0].GetProperty("event").GetProperty("type").GetString().ShouldBe("agent_state_updated");
        lines[0].GetProperty("event").GetProperty("data").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task States_are_listed_exported_and_imported()
    {
        await using ApiHost host = await StartAsync();
        await LoadAsync(host, "a", """{"contenttype":"application/json","data":"ü"}""");
        await LoadAsync(host, "b", """{"contenttype":"application/octet-stream","data_base64":"/w=="}""");

        JsonElement[] list = await LinesAsync(host, "/agents/notes/states?data=false");
        string export = await host.Client.GetStringAsync("/agents/notes/states", Cancelled);
        using HttpResponseMessage first = await host.PostAsync("/agents/copy/states", export, "application/jsonl");
        using HttpResponseMessage again = await host.PostAsync("/agents/copy/states", export, "application/jsonl");
        await LoadAsync(host, "a", """{"contenttype":"application/json","data":"other"}""", "copy");
        using HttpResponseMessage refused = await host.PostAsync("/agents/copy/states", export, "application/jsonl");
        using HttpResponseMessage overwritten = await host.PostAsync("/agents/copy/states?overwrite=true", export, "application/jsonl");

        list.Select(line => line.GetProperty("key").GetString()).Order(StringComparer.Ordinal).ShouldBe(["a", "b"]);
        list.ShouldAllBe(line => line.GetProperty("bytes").GetInt32() > 0);
        (await first.ReadJsonAsync(HttpStatusCode.OK)).GetRawText().ShouldBe("""{"imported":2,"unchanged":0,"refused":[]}""");
        (await again.ReadJsonAsync(HttpStatusCode.OK)).GetRawText().ShouldBe("""{"imported":0,"unchanged":2,"refused":[]}""");
        (await refused.ReadJsonAsync(HttpStatusCode.OK)).GetRawText().ShouldBe("""{"imported":0,"unchanged":1,"refused":["a"]}""");
        (await overwritten.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("imported").GetInt64().ShouldBe(2);
        (await host.GetJsonAsync("/agents/copy/state?key=a")).GetProperty("data").GetString().ShouldBe("ü");
        (await host.GetJsonAsync("/agents/copy/state?key=b")).GetProperty("data_base64").GetString().ShouldBe("/w==");
    }

    [Theory]
    [InlineData("/agents/notes/state?key=nobody", HttpStatusCode.NotFound, "state-not-found")]
    [InlineData("/agents/unknown/state?key=a", HttpStatusCode.NotFound, "topic-not-found")]
    [InlineData("/agents/unknown/states", HttpStatusCode.NotFound, "topic-not-found")]
    [InlineData("/agents/notes/state", HttpStatusCode.BadRequest, "parameter-invalid")]
    [InlineData("/agents/notes/state?key=a&at=earliest", HttpStatusCode.BadRequest, "parameter-invalid")]
    [InlineData("/agents/no%20name/states", HttpStatusCode.BadRequest, "parameter-invalid")]
    public async Task What_is_not_there_or_cannot_be_asked_is_a_problem(string path, HttpStatusCode status, string code)
    {
        await using ApiHost host = await StartAsync();

        using HttpResponseMessage response = await host.GetAsync(path);

        (await response.ReadJsonAsync(status)).GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task A_malformed_line_imports_nothing_and_a_host_without_agents_cannot_import()
    {
        await using ApiHost host = await StartAsync();
        await using ApiHost log = await ApiHost.StartAsync();
        const string good = """{"key":"a","contenttype":"application/json","data":1}""";

        using HttpResponseMessage malformed = await host.PostAsync("/agents/notes/states", good + "\n{", "application/jsonl");
        using HttpResponseMessage keyless = await host.PostAsync("/agents/notes/states", "{}", "application/jsonl");
        using HttpResponseMessage unreachable = await log.PostAsync("/agents/notes/states", good, "application/jsonl");
        using HttpResponseMessage unhosted = await host.PostAsync("/agents/unknown/states", good, "application/jsonl");

        (await malformed.ReadJsonAsync(HttpStatusCode.BadRequest)).GetProperty("code").GetString().ShouldBe("request-malformed");
        (await keyless.ReadJsonAsync(HttpStatusCode.BadRequest)).GetProperty("code").GetString().ShouldBe("state-unreadable");
        (await unreachable.ReadJsonAsync(HttpStatusCode.Conflict)).GetProperty("code").GetString().ShouldBe("agents-unreachable");
        (await unhosted.ReadJsonAsync(HttpStatusCode.Conflict)).GetProperty("code").GetString().ShouldBe("undeliverable");
        (await LinesAsync(host, "/agents/notes/states")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_states_in_one_line_import_nothing_rather_than_the_first_only()
    {
        await using ApiHost host = await StartAsync();
        const string first = """{"key":"a","contenttype":"application/json","data":1}""";
        const string second = """{"key":"b","contenttype":"application/json","data":1}""";

        using HttpResponseMessage response = await host.PostAsync("/agents/notes/states", "\n" + first + second, "application/jsonl");

        JsonElement problem = await response.ReadJsonAsync(HttpStatusCode.BadRequest);
        problem.GetProperty("code").GetString().ShouldBe("request-malformed");
        problem.GetProperty("detail").GetString()!.ShouldStartWith("Line 2 ");
        (await LinesAsync(host, "/agents/notes/states")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\u00ff")]
    public async Task A_key_that_is_no_text_is_a_problem_of_who_imports_it(string key)
    {
        await using ApiHost host = await StartAsync();
        using var body = new ByteArrayContent(Encoding.Latin1.GetBytes($$"""{"key":"{{key}}","contenttype":"application/json","data":1}"""));

        using HttpResponseMessage response = await host.Client.PostAsync("/agents/notes/states", body, Cancelled);

        (await response.ReadJsonAsync(HttpStatusCode.BadRequest)).GetProperty("code").GetString().ShouldBe("state-unreadable");
    }

    [Fact]
    public async Task Changes_as_deep_as_JSON_may_be_are_exported_and_imported()
    {
        await using ApiHost host = await StartAsync();
        string data = new string('[', 63) + new string(']', 63);
        string line = $$"""{"key":"deep","contenttype":"application/json","data":null,"changes":[{"name":"added","contenttype":"application/json","data":{{data}}}]}""";

        using HttpResponseMessage imported = await host.PostAsync("/agents/notes/states", line, "application/jsonl");
        string export = await host.Client.GetStringAsync("/agents/notes/states", Cancelled);
        using HttpResponseMessage copied = await host.PostAsync("/agents/copy/states", export, "application/jsonl");
        JsonElement saved = await host.App.Services.GetRequiredService<IAgentRuntime>().SaveAgentStateAsync(
            new AgentId(new AgentType("copy"), "deep"), Cancelled);

        (await imported.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("imported").GetInt64().ShouldBe(1);
        (await copied.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("imported").GetInt64().ShouldBe(1);
        saved.GetProperty("changes")[0].GetProperty("data").GetRawText().ShouldBe(data);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("states")]
    [InlineData("history")]
    [InlineData("supervision")]
    [InlineData("dead-letters")]
    [InlineData("agents")]
    [InlineData("topics.events")]
    public async Task An_agent_may_be_named_as_a_part_of_a_path_is_and_its_instances_by_any_text(string agent)
    {
        string[] keys = ["", " ", ".", "..", "a/../b", "%2F", "a&key=b#c?d", "+", "\0", "\u001b[2J", "\r\nX: y", "\u2028", "\ud83e\udde0", new string('x', 2_000)];
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddGanglion(ganglion => ganglion
            .AddAgent(agent, definition => definition.On("notes", (CloudEvent _) => { }))
            .AddAgent("copy", definition => definition.On("notes", (CloudEvent _) => { }))));
        for (int i = 0; i < keys.Length; i++)
        {
            await LoadAsync(host, keys[i], $$"""{"contenttype":"application/json","data":{{i}}}""", agent);
        }

        for (int i = 0; i < keys.Length; i++)
        {
            JsonElement shown = await host.GetJsonAsync($"/agents/{agent}/state?key={Uri.EscapeDataString(keys[i])}");
            JsonElement[] history = await LinesAsync(host, $"/agents/{agent}/state/history?key={Uri.EscapeDataString(keys[i])}");

            (shown.GetProperty("agent").GetString(), shown.GetProperty("key").GetString(), shown.GetProperty("data").GetInt32()).ShouldBe((agent, keys[i], i));
            history.ShouldHaveSingleItem().GetProperty("event").GetProperty("data").GetInt32().ShouldBe(i);
        }

        string export = await host.Client.GetStringAsync($"/agents/{agent}/states", Cancelled);
        using HttpResponseMessage imported = await host.PostAsync("/agents/copy/states", export, "application/jsonl");
        (await imported.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("imported").GetInt32().ShouldBe(keys.Length);
        (await LinesAsync(host, "/agents/copy/states?data=false")).Select(line => line.GetProperty("key").GetString()!).ShouldBe(keys, ignoreOrder: true);
    }

    private static Task<ApiHost> StartAsync() => ApiHost.StartAsync(services: services => services.AddGanglion(ganglion => ganglion
        .AddAgent("notes", agent => agent.On("notes", (CloudEvent _) => { }))
        .AddAgent("copy", agent => agent.On("notes", (CloudEvent _) => { }))));

    private static async Task LoadAsync(ApiHost host, string key, string json, string agent = "notes")
    {
        using JsonDocument state = JsonDocument.Parse(json);
        await host.App.Services.GetRequiredService<IAgentRuntime>().LoadAgentStateAsync(
            new AgentId(new AgentType(agent), key), state.RootElement, Cancelled);
    }

    private static async Task<JsonElement[]> LinesAsync(ApiHost host, string path) =>
    [
        .. from line in (await host.Client.GetStringAsync(path, Cancelled)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
           select JsonDocument.Parse(line).RootElement,
    ];
}
