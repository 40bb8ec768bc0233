using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Cli.Tests.Commands;

public sealed class StateCommandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task States_are_listed_and_shown()
    {
        await using WebApplication app = await StartAsync();
        await LoadAsync(app, "a", """{"contenttype":"application/json","data":{"n":1},"changes":[{"name":"added","contenttype":"application/json","data":{"by":3}}]}""");

        IReadOnlyList<string> list = (await RunAsync(app, "state", "list", "notes")).ShouldSucceed().Lines;
        IReadOnlyList<string> shown = (await RunAsync(app, "state", "show", "notes", "a")).ShouldSucceed().Lines;
        string json = (await RunAsync(app, "state", "show", "notes", "a", "--json")).ShouldSucceed().Lines.ShouldHaveSingleItem();

        list[0].ShouldMatch("^KEY +VERSION +TIME +OFFSET +BYTES +CHANGES$");
        list[1].ShouldMatch(@"^a +2 +\S+Z +1 +\d+ +1$");
        shown.ShouldContain("instance   notes/a");
        shown.ShouldContain("version    2");
        shown.ShouldContain("""state      {"n":1}""");
        shown.ShouldContain("""added      {"by":3}""");
        JsonDocument.Parse(json).RootElement.GetProperty("data").GetRawText().ShouldBe("""{"n":1}""");
    }

    [Fact]
    public async Task A_state_is_shown_as_it_was_at_an_offset_of_its_history()
    {
        await using WebApplication app = await StartAsync();
        await LoadAsync(app, "a", """{"contenttype":"application/json","data":1}""");
        await LoadAsync(app, "a", """{"contenttype":"application/json","data":2}""");

        IReadOnlyList<string> history = (await RunAsync(app, "state", "history", "notes", "a")).ShouldSucceed().Lines;
        IReadOnlyList<string> before = (await RunAsync(app, "state", "show", "notes", "a", "--at", "0")).ShouldSucceed().Lines;

        history[0].ShouldMatch("^ *OFFSET +TIME +VERSION +WHAT +BECAUSE OF$");
        history[1].ShouldMatch(@"^ *0 +\S+Z +1 +set +\S+$");
        history[2].ShouldMatch(@"^ *1 +\S+Z +2 +set +\S+$");
        before.ShouldContain("state      1");
        (await RunAsync(app, "state", "show", "notes", "nobody")).ShouldFail().ShouldContain("notes/nobody remembers nothing");
        (await RunAsync(app, "state", "list", "unknown")).ShouldFail().ShouldContain("no agent 'unknown' has run here");
    }

    [Fact]
    public async Task What_is_exported_can_be_imported_again_and_again()
    {
        await using WebApplication app = await StartAsync();
        for (int i = 0; i < 10; i++)
        {
            // Together more than one request takes.
            await LoadAsync(app, $"{i}", $$"""{"contenttype":"application/json","data":"{{new string('x', 200_000)}}"}""");
        }

        string export = (await RunAsync(app, "state", "export", "notes")).ShouldSucceed().Output;
        CliResult imported = await ImportAsync(app, export, "state", "import", "copy");
        CliResult again = await ImportAsync(app, export, "state", "import", "copy");
        await LoadAsync(app, "7", """{"contenttype":"application/json","data":"other"}""", "copy");
        CliResult refused = await ImportAsync(app, export, "state", "import", "copy");
        CliResult overwritten = await ImportAsync(app, export, "state", "import", "copy", "--overwrite");

        imported.ShouldSucceed().Output.ShouldBe("10 imported, 0 there already\n");
        again.ShouldSucceed().Output.ShouldBe("0 imported, 10 there already\n");
        refused.Output.ShouldBe("0 imported, 9 there already, 1 refused\n");
        refused.ShouldFail().ShouldContain("These remember something else already: 7.");
        overwritten.ShouldSucceed();
        (await RunAsync(app, "state", "export", "copy")).ShouldSucceed().Lines.Select(DataOf).Order(StringComparer.Ordinal)
            .ShouldBe(export.TrimEnd('\n').Split('\n').Select(DataOf).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\u001b[2J\u0007")]
    [InlineData("one\ntwo\r")]
    [InlineData("a\0b\u009b1m")]
    [InlineData("--json")]
    [InlineData("@nowhere.rsp")]
    public async Task An_instance_is_found_whatever_its_key_holds_and_none_of_it_moves_the_cursor(string key)
    {
        await using WebApplication app = await StartAsync();
        await LoadAsync(app, key, """{"contenttype":"application/json","data":1}""");

        CliResult list = (await RunAsync(app, "state", "list", "notes")).ShouldSucceed();
        CliResult shown = (await RunAsync(app, "state", "show", "notes", "--", key)).ShouldSucceed();
        CliResult history = (await RunAsync(app, "state", "history", "notes", "--", key)).ShouldSucceed();
        string absent = (await RunAsync(app, "state", "show", "copy", "--", key)).ShouldFail();

        list.Lines.Count.ShouldBe(2);
        shown.Lines.ShouldContain("state      1");
        history.Lines.Count.ShouldBe(2);
        foreach (string text in (string[])[list.Output, shown.Output, history.Output, absent])
        {
            text.ShouldAllBe(character => character == '\n' || !char.IsControl(character), text);
        }
    }

    private static string DataOf(string line)
    {
        using JsonDocument state = JsonDocument.Parse(line);
        return $"{state.RootElement.GetProperty("key").GetString()} {state.RootElement.GetProperty("data").GetString()}";
    }

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGanglion(ganglion => ganglion.UseVolatileBroker()
            .AddAgent("notes", agent => agent.On("notes", (CloudEvent _) => { }), options => options.Partitions = 1)
            .AddAgent("copy", agent => agent.On("notes", (CloudEvent _) => { })));
        WebApplication app = builder.Build();
        app.MapGanglion();
        await app.StartAsync(Cancelled);
        return app;
    }

    private static async Task LoadAsync(WebApplication app, string key, string json, string agent = "notes")
    {
        using JsonDocument state = JsonDocument.Parse(json);
        await app.Services.GetRequiredService<IAgentRuntime>().LoadAgentStateAsync(new AgentId(new AgentType(agent), key), state.RootElement, Cancelled);
    }

    private static Task<CliResult> RunAsync(WebApplication app, params string[] args) =>
        CliResult.OfAsync([args[0], args[1], "--server", app.Urls.First(), .. args[2..]], []);

    private static Task<CliResult> ImportAsync(WebApplication app, string input, string command, string verb, params string[] args) =>
        CliResult.OfAsync([command, verb, .. args, "--server", app.Urls.First()], Encoding.UTF8.GetBytes(input));
}
