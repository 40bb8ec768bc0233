using Ganglion.Testing.Evaluations;
using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Tests.Evaluations;

public sealed class EvaluationFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ganglion-evaluation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_says_everything_that_code_can()
    {
        Evaluation evaluation = Load("""
            name: cars
            instructions: You sell cars.
            repeats: 3
            pass: 0.6
            parallel: 2
            timeout: 00:00:30
            temperature: 0.5
            max_output_tokens: 100
            variants:
              - name: small
                model: tiny
              - name: brief
                instructions: Be brief.
            cases:
              - name: price
                prompt: What does it cost?
                repeats: 1
                pass: 1
                instructions: Name prices.
                checks:
                  - contains: [euro, 30]
                  - not_contains: dollar
                  - matches: "[0-9]+"
                  - schema: {type: object}
                  - judge: It is polite.
                    threshold: 8
                  - max_cost: 0.01
                  - max_latency: 00:00:05
                  - max_tokens: 50
              - name: talk
                messages:
                  - {role: user, text: Hello}
                  - {role: assistant, text: Hi}
                  - {text: Bye}
                checks: [{contains: bye}]
            """);

        (evaluation.Name, evaluation.Repeats, evaluation.PassShare, evaluation.Parallelism, evaluation.Timeout).ShouldBe(("cars", 3, 0.6, 2, TimeSpan.FromSeconds(30)));
        (evaluation.Chat.Temperature, evaluation.Chat.MaxOutputTokens).ShouldBe((0.5f, 100));
        evaluation.Variants.ShouldBe([new EvaluationVariant { Name = "small", Model = "tiny" }, new EvaluationVariant { Name = "brief", Instructions = "Be brief." }]);
        evaluation.Cases[0].Checks.Select(check => check.Name).ShouldBe(["contains", "contains", "not_contains", "matches", "schema", "judge", "max_cost", "max_latency", "max_tokens"]);
        (evaluation.Cases[0].Repeats, evaluation.Cases[0].PassShare, evaluation.Cases[0].Instructions).ShouldBe((1, 1, "Name prices."));
        evaluation.Cases[1].Messages.Select(message => (message.Role, message.Text)).ShouldBe([(ChatRole.User, "Hello"), (ChatRole.Assistant, "Hi"), (ChatRole.User, "Bye")]);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_with_its_line()
    {
        EvaluationException wrong = Should.Throw<EvaluationException>(() => Load("""
            repeats: 0
            pas: 1
            cases:
              - name: price
                prompt: What?
                checks:
                  - matches: "(a"
                  - schema: {typ: object}
                  - threshold: 3
                  - {}
              - prompt: What?
                messages: [{role: king, text: x}]
              - name: price
                prompt: Who?
                checks: []
            """));

        wrong.Code.ShouldBe("evaluation-invalid");
        wrong.Faults.Select(fault => fault[..fault.IndexOf(' ', "evals.yaml, line ".Length)]).Order(StringComparer.Ordinal).ShouldBe(
            new[] { (1, "repeats"), (2, "pas"), (7, "cases:0:checks:0:matches"), (8, "cases:0:checks:1:schema"), (9, "cases:0:checks:2:threshold"), (10, "cases:0:checks:3"),
                (11, "cases:1:prompt"), (11, "cases:1:name"), (11, "cases:1:checks"), (12, "cases:1:messages:0:role"), (13, "cases:2:name"), (15, "cases:2:checks") }
                .Select(one => $"evals.yaml, line {one.Item1}:").Order(StringComparer.Ordinal));
        wrong.Message.ShouldContain("evals.yaml, line 8: cases:0:checks:1:schema cannot be used: The schema cannot be used: #/typ is not understood");
    }

    [Theory]
    [InlineData("", "is no object")]
    [InlineData("[]", "is no object")]
    [InlineData("name: x", "cases is missing")]
    [InlineData("cases: []", "cases is missing")]
    [InlineData("cases: 7", "set a list")]
    [InlineData("cases: [", "cannot be read")]
    [InlineData("a: &a [*a]", "")]
    public void A_file_that_is_none_is_told_as_such(string text, string fault) => Should.Throw<EvaluationException>(() => Load(text)).Message.ShouldContain(fault);

    [Fact]
    public void A_file_that_is_not_there_is_told_as_such() =>
        Should.Throw<EvaluationException>(() => Evaluation.Load(Path.Combine(_folder, "absent.yaml"))).Message.ShouldContain("cannot be read");

    private Evaluation Load(string text)
    {
        string file = Path.Combine(_folder, "evals.yaml");
        File.WriteAllText(file, text);
        return Evaluation.Load(file);
    }
}
