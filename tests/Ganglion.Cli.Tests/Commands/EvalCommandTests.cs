using System.Text.Json;
using System.Xml.Linq;
using Ganglion.Models;
using Ganglion.Testing.Evaluations;

namespace Ganglion.Cli.Tests.Commands;

public sealed class EvalCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _evals;
    private readonly string _recorded;

    public EvalCommandTests()
    {
        _recorded = Path.Combine(_folder.Path, "recorded.jsonl");
        _evals = _folder.Write("evals.yaml", """
            name: cars
            parallel: 1
            variants: [{name: small}, {name: large, model: big}]
            cases:
              - name: price
                prompt: What does it cost?
                repeats: 2
                checks: [{contains: euro}]
              - name: colour
                prompt: Which colour?
                checks: [{contains: red}, {judge: It is polite.}]
            """);
    }

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 20_000)]
    public async Task Variants_are_shown_side_by_side_with_what_is_wrong_below()
    {
        await RecordAsync(bigAnswer: "42 dollars, and red");

        CliResult result = await RunAsync("--judge", "judge");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBeEmpty();
        string[] lines = [.. result.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        lines.Where(line => !line.StartsWith("tokens ", StringComparison.Ordinal) && !line.StartsWith("seconds ", StringComparison.Ordinal)).ShouldBe(
            [
                "CASE SMALL LARGE", "price passed 2/2 FAILED 0/2", "colour passed 1/1 passed 1/1", "passed 2/2 1/2", "cost 0 0",
                "price (large), answer 1: contains: it does not contain 'euro'", "price (large), answer 2: contains: it does not contain 'euro'",
            ]);
    }

    [Fact(Timeout = 20_000)]
    public async Task The_report_is_written_for_programs_and_for_CI_systems()
    {
        await RecordAsync(bigAnswer: "42 euro, red");
        string junit = Path.Combine(_folder.Path, "report.xml");

        CliResult result = await RunAsync("--judge", "judge", "--json", "--junit", junit);

        result.ShouldSucceed();
        JsonElement report = JsonElement.Parse(result.Output);
        report.GetProperty("is_passed").GetBoolean().ShouldBeTrue();
        report.GetProperty("cases").GetArrayLength().ShouldBe(4);
        XDocument.Load(junit).Descendants("testcase").Count().ShouldBe(4);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_prompt_that_was_changed_since_it_was_recorded_is_told_with_the_remedy()
    {
        await RecordAsync(bigAnswer: "42 euro, red");
        File.WriteAllText(_evals, File.ReadAllText(_evals).Replace("What does it cost?", "What is the price?", StringComparison.Ordinal));

        CliResult result = await RunAsync("--judge", "judge");

        string fault = result.ShouldFail();
        fault.ShouldContain("'What is the price?'");
        fault.ShouldContain("--record");
    }

    [Fact(Timeout = 20_000)]
    public async Task All_faults_of_a_file_are_told_a_line_each()
    {
        _folder.Write("evals.yaml", "cases:\n  - prompt: x\n    check: 7\n");

        CliResult result = await RunAsync();

        result.ExitCode.ShouldBe(1);
        result.Error.TrimEnd().Split(Environment.NewLine).ShouldBe(
            [
                "ganglion: evals.yaml, line 2: cases:0:name is missing: set a text.",
                "ganglion: evals.yaml, line 2: cases:0:checks is missing: without a check every answer passes.",
                "ganglion: evals.yaml, line 3: cases:0:check means nothing: set checks, instructions, messages, name, pass, prompt, repeats.",
            ],
            ignoreOrder: true);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_model_that_nobody_knows_is_refused()
    {
        CliResult result = await CliResult.OfAsync(["eval", _evals, "--model", "nobody"], []);
        CliResult both = await CliResult.OfAsync(["eval", _evals, "--record", "a", "--recorded", "b"], []);

        result.ShouldFail().ShouldContain("'nobody' is not known");
        both.ShouldFail(exitCode: 2).ShouldContain("exclude each other");
    }

    [Fact(Timeout = 20_000)]
    public async Task On_a_screen_it_tells_how_far_it_is()
    {
        await RecordAsync(bigAnswer: "42 euro, red");

        CliResult result = await CliResult.OfAsync(["eval", _evals, "--recorded", _recorded, "--judge", "judge"], [], width: 100);

        result.ExitCode.ShouldBe(0);
        result.Error.TrimEnd().Split(Environment.NewLine).Select(line => line.Split(' ')[0]).ShouldBe(["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]);
    }

    private Task<CliResult> RunAsync(params string[] args) => CliResult.OfAsync(["eval", _evals, "--recorded", EnsureRecorded(), .. args], []);

    private string EnsureRecorded()
    {
        if (!File.Exists(_recorded))
        {
            File.WriteAllText(_recorded, "");
        }

        return _recorded;
    }

    private async Task RecordAsync(string bigAnswer)
    {
        var recording = ModelRecording.Begin(_recorded);
        using RecordingChatClient small = Of("default", "42 euro, red"), big = Of("big", bigAnswer), judge = Of("judge", """{"reason":"polite","score":9}""");
        await new EvaluationRunner(name => name is null ? small : big, judge).RunAsync(Evaluation.Load(_evals), cancellationToken: Timeout);
        recording.Save();

        RecordingChatClient Of(string name, string answer) => new(recording, name, new ScriptedChatClient(name, [new ScriptedRule(_ => answer)]));
    }
}
