using System.Text.Json;

namespace Ganglion.Cli.Tests.Commands;

public sealed class RoutesCommandTests
{
    [Fact]
    public async Task A_route_is_made_and_changed_and_its_history_is_told()
    {
        await using CliHost host = await CliHost.StartAsync();

        (await host.RunAsync("routes", "create", "chat", "--entry", "chat.raw", "--exit", "chat.cleaned", "--by", "maria", "--reason", "a start")).ShouldSucceed()
            .Lines[0].ShouldBe("chat: led 'chat.raw' to 'chat.cleaned'. It is version 1 now.");
        (await host.RunAsync("routes", "insert", "chat", "copy", "--kind", "mirror", "--set", "to=copies", "--set", "share=0.5")).ShouldSucceed()
            .Lines.ShouldBe(["chat: inserted 'copy'. It is version 2 now.", "It holds for what lies behind these offsets of chat.raw: 1."]);
        (await host.RunAsync("routes", "insert", "chat", "first", "--kind", "mirror", "--settings", """{"to":"b"}""", "--before", "copy")).ShouldSucceed();
        (await host.RunAsync("routes", "replace", "chat", "first", "--kind", "mirror", "--set", "to=c", "--name", "third")).ShouldSucceed();
        (await host.RunAsync("routes", "remove", "chat", "copy", "--reason", "enough & more")).ShouldSucceed();

        CliResult history = (await host.RunAsync("routes", "history", "chat")).ShouldSucceed();
        history.Lines[1].ShouldContain("maria  led 'chat.raw' to 'chat.cleaned'");
        history.Lines[1].ShouldEndWith("a start        0");
        history.Lines[3].ShouldContain("inserted 'first' before 'copy'");
        history.Lines[4].ShouldContain("replaced 'first' by 'third'");
        history.Lines[5].ShouldContain("removed 'copy'");
        history.Lines[5].ShouldContain("enough & more");
        (await host.RunAsync("routes", "history", "chat", "--json")).ShouldSucceed().Lines.Count.ShouldBe(5);
        (await host.RunAsync("routes", "list")).ShouldSucceed().Lines.ShouldBe(
            ["CHANNEL  VERSION  ENTRY     STAGES  EXIT          PAUSED", "chat           5  chat.raw  third   chat.cleaned  -"]);
        CliResult show = (await host.RunAsync("routes", "show", "chat")).ShouldSucceed();
        show.Lines[0].ShouldBe("chat: version 5, chat.raw → chat.cleaned");
        show.Lines[1].ShouldBe("Nobody runs it: start a host, or events wait in the entry.");
        show.Lines[^1].ShouldBe("""third  mirror  {"to":"c"}""");
        JsonOf(await host.RunAsync("routes", "list", "--json")).GetProperty("version").GetInt32().ShouldBe(5);
        JsonOf(await host.RunAsync("routes", "show", "chat", "--json")).GetProperty("stages")[0].GetProperty("name").GetString().ShouldBe("third");
    }

    [Fact]
    public async Task The_shorthands_insert_stages()
    {
        await using CliHost host = await CliHost.StartAsync();

        (await host.RunAsync("routes", "mirror", "notes", "--to", "copies", "--share", "0.1")).ShouldSucceed();
        (await host.RunAsync("routes", "split", "notes", "--weights", "notes.cleaned=9, b=1", "--name", "canary")).ShouldSucceed();
        CliResult divert = await host.RunAsync("routes", "divert", "notes", "--to", "aside", "--before", "canary", "--json");

        JsonOf(divert).GetProperty("route").GetProperty("stages").GetRawText().ShouldBe(
            """[{"name":"mirror","kind":"mirror","settings":{"to":"copies","share":0.1}},{"name":"divert","kind":"divert","settings":{"to":"aside"}},{"name":"canary","kind":"split","settings":{"weights":{"notes.cleaned":9,"b":1}}}]""");
    }

    [Fact]
    public async Task A_rehearsal_shows_what_would_go_where()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("notes", "1", "2", "3");

        CliResult rehearsed = (await host.RunAsync("routes", "divert", "notes", "--to", "aside", "--dry-run", "--last", "2")).ShouldSucceed();
        CliResult json = await host.RunAsync("routes", "divert", "notes", "--to", "aside", "--dry-run", "--json");

        rehearsed.Lines.ShouldBe(
        [
            "EVENT      KEY  TYPE   GOES NOW  WOULD GO",
            "notes-0@1  -    notes  notes     aside (divert)",
            "notes-0@2  -    notes  notes     aside (divert)",
            "",
            "TOPIC  STAGE   NOW  THEN",
            "aside  divert    0     2",
            "notes  -         2     0",
            "",
            "notes: would have led 'notes' to 'notes.cleaned', inserted 'divert'. Nothing has changed.",
        ]);
        JsonOf(json).GetProperty("events").GetArrayLength().ShouldBe(3);
        (await host.RunAsync("routes", "show", "notes")).ShouldSucceed().Lines[0].ShouldBe("notes has no route: what is published there is what is read.");
    }

    [Fact]
    public async Task A_removal_is_rehearsed_too()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.RunAsync("routes", "divert", "notes", "--to", "aside");
        await host.AppendAsync("notes", "1");

        CliResult rehearsed = (await host.RunAsync("routes", "remove", "notes", "divert", "--dry-run", "--reason", "why?&dry_run=false")).ShouldSucceed();

        rehearsed.Lines[1].ShouldBe("notes-0@1  -    notes  aside (divert)  notes.cleaned");
        rehearsed.Lines[^1].ShouldBe("notes: would have removed 'divert'. Nothing has changed.");
        (await host.RunAsync("routes", "show", "notes")).Lines[0].ShouldBe("notes: version 1, notes → notes.cleaned");
    }

    [Fact]
    public async Task Of_two_operators_the_second_is_told_what_the_first_has_done()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.RunAsync("routes", "mirror", "notes", "--to", "copies", "--by", "maria");

        CliResult second = await host.RunAsync("routes", "divert", "notes", "--to", "aside", "--expect-version", "0");
        CliResult removal = await host.RunAsync("routes", "remove", "notes", "mirror", "--expect-version", "0");
        CliResult creation = await host.RunAsync("routes", "create", "notes", "--exit", "notes.cleaned");

        string message = second.ShouldFail();
        message.ShouldContain("'notes' has a route already: maria led 'notes' to 'notes.cleaned', inserted 'mirror' at ");
        removal.ShouldFail().ShouldBe(message);
        creation.ShouldFail().ShouldBe(message);
    }

    [Fact]
    public async Task A_channel_is_paused_and_resumed()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.RunAsync("routes", "mirror", "notes", "--to", "copies");

        (await host.RunAsync("routes", "pause", "notes", "--reason", "nonsense")).ShouldSucceed();
        (await host.RunAsync("routes", "list")).Output.ShouldContain("paused\n");
        (await host.RunAsync("routes", "show", "notes")).Output.ShouldContain(": nonsense. 'ganglion routes resume notes' ends it.");
        (await host.RunAsync("routes", "resume", "notes")).ShouldSucceed().Output.ShouldContain("No longer paused: channel:notes.");
    }

    [Fact]
    public async Task The_diagram_is_a_chart_of_Mermaid_or_JSON()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.RunAsync("routes", "mirror", "notes", "--to", "copies");

        CliResult chart = (await host.RunAsync("routes", "diagram")).ShouldSucceed();

        chart.Lines.ShouldBe(
        [
            "flowchart LR",
            "  n0[\"notes\"]",
            "  n1{{\"notes<br/>1. mirror (mirror)<br/>nobody runs it\"}}",
            "  n2[\"notes.cleaned\"]",
            "  n3[\"copies\"]",
            "  n0 --> n1",
            "  n1 --> n2",
            "  n1 -.->|\"mirror\"| n3",
        ]);
        (await host.RunAsync("routes", "diagram", "--mermaid")).Output.ShouldBe(chart.Output);
        JsonOf(await host.RunAsync("routes", "diagram", "--json")).GetProperty("edges").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task Settings_come_from_a_file()
    {
        await using CliHost host = await CliHost.StartAsync();
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(file, """{ "to": "copies" }""", TestContext.Current.CancellationToken);

        (await host.RunAsync("routes", "insert", "notes", "copy", "--kind", "mirror", "--settings", "@" + file)).ShouldSucceed();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_in_lanes_is_shown()
    {
        await using CliHost host = await CliHost.StartAsync();
        (await host.RunAsync("routes", "insert", "notes", "tiers", "--kind", "lanes", "--settings", """{"attribute":"tier","lanes":[{"name":"pro"},{"name":"free"}]}""")).ShouldSucceed();

        (await host.RunAsync("routes", "show", "notes")).ShouldSucceed().Lines.TakeLast(3).ShouldBe(
            ["LANE  TOPIC       GROUP  WAITING", "pro   notes.pro   -      -", "free  notes.free  -      -"]);
        JsonOf(await host.RunAsync("routes", "show", "notes", "--json")).GetProperty("lanes")[1].GetProperty("topic").GetString().ShouldBe("notes.free");
    }

    [Theory]
    [InlineData("insert notes s --kind mirror --set to=a --settings {}", "--set and --settings exclude one another.", 2)]
    [InlineData("insert notes s --kind mirror --set to=a --before a --after b", "--before and --after exclude one another.", 2)]
    [InlineData("insert notes s --kind mirror --settings 1", "--settings must be a JSON object", 1)]
    [InlineData("insert notes s --kind mirror --set =a", "--set must be NAME=VALUE", 1)]
    [InlineData("insert notes s --kind oracle", "'oracle': it knows ", 1)]
    [InlineData("stop notes", "Ask a host that runs agents: this one serves the log only.", 1)]
    [InlineData("insert notes s --kind mirror", "The stage 's':to is missing", 1)]
    [InlineData("mirror notes --to notes", "Events would go round in a circle: notes → notes.", 1)]
    [InlineData("mirror notes --to a --dry-run --last 0", "--last is 0: it is 1 to 1000.", 2)]
    [InlineData("mirror notes --to a --expect-version -1", "--expect-version is -1", 2)]
    [InlineData("split notes --weights a=9,b", "'b' is none of it", 1)]
    [InlineData("remove notes s", "has no stage 's': it has none.", 1)]
    [InlineData("diagram --json --mermaid", "--json and --mermaid exclude one another.", 2)]
    [InlineData("show no_such/channel", "characters", 1)]
    public async Task What_cannot_be_is_refused_in_one_line(string args, string because, int exitCode)
    {
        await using CliHost host = await CliHost.StartAsync();

        CliResult refused = await host.RunAsync(["routes", .. args.Split(' ')]);

        refused.ShouldFail(exitCode).ShouldContain(because);
    }

    private static JsonElement JsonOf(CliResult result) => JsonDocument.Parse(result.ShouldSucceed().Output).RootElement;
}
