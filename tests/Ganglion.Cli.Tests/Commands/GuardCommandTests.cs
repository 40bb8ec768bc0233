using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Cli.Tests.Commands;

public sealed class GuardCommandTests
{
    private const string Guards = """
        guards:
          rivals:
            kind: lists
            settings:
              lists:
                - { name: competitors, action: replace, replacement: another maker, entries: [Audi A4, BMW] }
                - { name: unsafe, fallback: Let us talk about cars., entries: [bomb] }
          tone:
            kind: model
            settings: { client: small, scores: { toxicity: { blockFrom: 0.7 } } }
        """;

    [Fact]
    public async Task A_guard_of_a_file_judges_a_text()
    {
        using var folder = new TemporaryFolder();
        string guards = folder.Write("guards.yaml", Guards);

        CliResult changed = (await CliResult.OfAsync(["guard", "test", "rivals", "--guards", guards, "--text", "Is an Audi A4 cheaper?"], [])).ShouldSucceed();
        CliResult blocked = (await CliResult.OfAsync(["guard", "test", "rivals", "--guards", guards, "--text", "a bomb"], [])).ShouldSucceed();

        changed.Lines.ShouldBe(
        [
            "EVENT  VERDICT  REASON           SCORE  FINDINGS           DATA",
            "text   change   1 × competitors  -      competitors (1.0)  Is an another maker cheaper?",
        ]);
        blocked.Lines[1].ShouldBe("text   block    unsafe  1.0    unsafe (1.0)  Let us talk about cars.");
    }

    [Fact]
    public async Task Events_of_a_file_are_judged_one_by_one_and_told_as_JSON()
    {
        using var folder = new TemporaryFolder();
        string events = folder.Write(
            "events.jsonl",
            """
            {"specversion":"1.0","id":"e-1","source":"/shop","type":"message","data":{"text":"maria@example.com"}}
            {"text":"nothing"}

            {broken
            """);

        CliResult judged = await CliResult.OfAsync(["guard", "test", "--kind", "pii", "--file", events, "--json"], []);

        judged.ExitCode.ShouldBe(1, "One could not be judged.");
        judged.Lines.Count.ShouldBe(3);
        judged.Lines[0].ShouldBe("""{"event":"e-1","verdict":"change","reason":"1 × e-mail address","findings":[{"rule":"email","score":1,"count":1}],"data":"{\"text\":\"[email]\"}"}""");
        judged.Lines[1].ShouldBe("""{"event":"2","verdict":"pass","findings":[]}""");
        judged.Lines[2].ShouldStartWith("""{"event":"4","verdict":"none","error":"guard-data-unreadable",""");
    }

    [Fact]
    public async Task Without_a_file_lines_of_the_input_are_judged_and_none_can_act_on_the_screen()
    {
        CliResult judged = (await CliResult.OfAsync(
            ["guard", "test", "--kind", "rules", "--settings", """{"patterns":[{"name":"x","pattern":"x","action":"replace","replacement":"\u001b[2J"}]}"""],
            "\"a x\"\n\"b\"\n"u8.ToArray())).ShouldSucceed();

        judged.Output.ShouldContain("change");
        judged.Output.ShouldContain("pass");
        judged.Output.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task A_guard_that_asks_a_model_is_not_tried_here()
    {
        using var folder = new TemporaryFolder();
        string guards = folder.Write("guards.yaml", Guards);

        string[] command = ["guard", "test", "tone", "--guards", guards, "--text", "x"];

        foreach (string[] tried in new[] { command, [.. command, "--json"] })
        {
            CliResult judged = await CliResult.OfAsync(tried, []);

            judged.ExitCode.ShouldBe(1);
            judged.Output.ShouldContain("The command line asks no model.");
        }
    }

    [Fact]
    public async Task What_is_wrong_is_told_in_one_line()
    {
        (await CliResult.OfAsync(["guard", "test", "--kind", "rules", "--settings", """{"minLength":-1,"x":1}""", "--text", "x"], [])).ShouldFail().ShouldContain("minLength is -1");
        (await CliResult.OfAsync(["guard", "test", "--kind", "rules", "--settings", "{", "--text", "x"], [])).ShouldFail().ShouldContain("is no JSON");
        (await CliResult.OfAsync(["guard", "test", "x", "--guards", "/nowhere/guards.yaml", "--text", "x"], [])).ShouldFail().ShouldContain("/nowhere/guards.yaml cannot be read");
        (await CliResult.OfAsync(["guard", "test", "--text", "x"], [])).ShouldFail(exitCode: 2);
        (await CliResult.OfAsync(["guard", "test", "--kind", "pii", "--text", "x", "--file", "y"], [])).ShouldFail(exitCode: 2);
    }

    [Fact]
    public async Task A_guard_of_a_host_judges_past_events_and_what_differs_is_told()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGanglion(ganglion => ganglion.UseVolatileBroker()
            .AddGuard("short", "rules", new { maxLength = 12 }, version: "1")
            .AddGuard("short", "rules", new { maxLength = 5 }, version: "2"));
        await using WebApplication app = builder.Build();
        app.MapGanglion();
        await app.StartAsync(TestContext.Current.CancellationToken);
        string url = app.Urls.First();
        (await CliResult.OfAsync(["produce", "notes", "--key", "k", "--server", url], "\"short\"\n\"not short\"\n"u8.ToArray())).ShouldSucceed();

        CliResult replayed = (await RunAsync("--channel", "notes", "--against", "1", "--since", "1h")).ShouldSucceed();
        CliResult json = (await RunAsync("--topic", "notes", "--all", "--json")).ShouldSucceed();
        CliResult kind = (await RunAsync("--topic", "notes", "--kind", "rules", "--settings", """{"maxLength":100}""")).ShouldSucceed();

        replayed.Lines.Count.ShouldBe(6);
        replayed.Lines[0].ShouldMatch("^notes-0@1  [^ ]+  k  pass → block \\(.+\\)$");
        replayed.Lines.Skip(1).ShouldBe(
        [
            "",
            "VERDICT  NOW  THEN",
            "pass       2     1",
            "block      0     1",
            "2 events judged, 1 otherwise; now: the version 1, then: the version 2. Nothing has changed.",
        ]);
        json.Lines.Count.ShouldBe(3);
        json.Lines[0].ShouldStartWith("""{"event":{"topic":"notes","partition":0,"offset":0,"now":{"verdict":"pass"},"then":{"verdict":"pass"},""");
        json.Lines[2].ShouldStartWith("""{"summary":{"isOver":true,"events":2,"different":1,""");
        kind.Lines[^1].ShouldStartWith("2 events judged, 0 otherwise; now: nobody, so that all pass, then: the version ");
        (await RunAsync("--topic", "absent")).ShouldFail().ShouldContain("There is no topic 'absent'");
        await app.StopAsync(TestContext.Current.CancellationToken);

        Task<CliResult> RunAsync(params string[] args) => CliResult.OfAsync(["guard", "replay", "short", .. args, "--server", url], []);
    }

    [Fact]
    public async Task Where_a_guard_and_its_shadow_differ_is_listed_and_counted()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGanglion(ganglion => ganglion.UseVolatileBroker()
            .AddGuard("short", "rules", new { maxLength = 12 }, version: "1")
            .AddGuard("short", "rules", new { maxLength = 5 }, version: "2"));
        await using WebApplication app = builder.Build();
        app.MapGanglion();
        await app.StartAsync(TestContext.Current.CancellationToken);
        string url = app.Urls.First();
        CliResult before = (await ListAsync()).ShouldSucceed();
        (await CliResult.OfAsync(["routes", "guard", "notes", "--guard", "short", "--guard-version", "1", "--shadow", "2", "--server", url], [])).ShouldSucceed();
        (await CliResult.OfAsync(["produce", "notes", "--key", "k", "--server", url], "\"short\"\n\"not short\"\n"u8.ToArray())).ShouldSucceed();
        (await CliResult.OfAsync(["consume", "ganglion.guards", "--from-beginning", "--follow", "--max", "1", "--server", url], [])).ShouldSucceed();

        CliResult listed = (await ListAsync()).ShouldSucceed();
        CliResult json = (await ListAsync("--since", "1h", "--json")).ShouldSucceed();

        before.Lines.ShouldBe(["No differences were told."]);
        listed.Lines[0].ShouldMatch("^notes-[0-9]+@[0-9]+  [^ ]+  pass → block \\(.+\\)$");
        listed.Lines.Skip(1).ShouldBe(
        [
            "",
            "GUARD    VERDICT  SHADOW   VERDICT  EVENTS",
            "short 1  pass     short 2  block         1",
        ]);
        json.Lines.ShouldHaveSingleItem().ShouldContain("\"shadow\":{\"guard\":\"short\",\"version\":\"2\",\"verdict\":\"block\"");
        await app.StopAsync(TestContext.Current.CancellationToken);

        Task<CliResult> ListAsync(params string[] args) => CliResult.OfAsync(["guard", "differences", "short", .. args, "--server", url], []);
    }

    [Theory]
    [InlineData("--against", "1")]
    [InlineData("--channel", "a", "--topic", "b")]
    [InlineData("--channel", "a", "--kind", "rules", "--version", "1")]
    [InlineData("--channel", "a", "--settings", "{}")]
    public async Task A_replay_that_is_not_clear_is_refused(params string[] args) =>
        (await CliResult.OfAsync(["guard", "replay", "short", .. args], [])).ShouldFail(exitCode: 2).ShouldContain("--help'");
}
