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

        CliResult judged = await CliResult.OfAsync(["guard", "test", "tone", "--guards", guards, "--text", "x", "--json"], []);

        judged.ExitCode.ShouldBe(1);
        judged.Output.ShouldContain("The command line asks no model.");
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
}
