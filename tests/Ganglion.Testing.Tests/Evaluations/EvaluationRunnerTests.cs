using Ganglion.Testing.Evaluations;
using System.Xml.Linq;
using Ganglion.Models;
using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Tests.Evaluations;

public sealed class EvaluationRunnerTests
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task Each_answer_is_checked_for_everything_and_each_fault_is_told()
    {
        EvaluationReport report = await RunAsync(
            "It costs 30,000 euro.",
            EvaluationCheck.Contains("EURO"), EvaluationCheck.DoesNotContain("dollar"), EvaluationCheck.Matches("[0-9]+,[0-9]{3}"), EvaluationCheck.MaxLatency(TimeSpan.FromHours(1)),
            EvaluationCheck.Contains("yen"), EvaluationCheck.DoesNotContain("Costs"), EvaluationCheck.Matches("^[0-9]+$"), EvaluationCheck.MaxTokens(3), EvaluationCheck.MaxCost(0.001m),
            EvaluationCheck.Schema(System.Text.Json.JsonElement.Parse("{}")));

        EvaluatedRun run = report.Cases.ShouldHaveSingleItem().Runs.ShouldHaveSingleItem();
        run.Failures.Select(failure => failure.Check).ShouldBe(["contains", "not_contains", "matches", "max_tokens", "max_cost", "schema"]);
        run.Failures[0].Reason.ShouldBe("it does not contain 'yen'");
        (report.IsPassed, run.Text).ShouldBe((false, "It costs 30,000 euro."));
        run.Cost.ShouldBe(run.Tokens / 1_000m);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(0.5, true)]
    [InlineData(0.6, false)]
    public async Task A_model_that_does_not_always_answer_alike_passes_by_its_share(double share, bool isPassed)
    {
        int calls = 0;
        using var model = new ScriptedChatClient("coin", [new ScriptedRule(_ => Interlocked.Increment(ref calls) % 2 == 0 ? "heads" : "tails")]);
        Evaluation evaluation = Of(EvaluationCheck.Contains("heads")) with { Repeats = 10, PassShare = share };

        EvaluatedCase outcome = (await new EvaluationRunner(_ => model).RunAsync(evaluation, cancellationToken: Timeout)).Cases.ShouldHaveSingleItem();

        (outcome.Passed, outcome.Runs.Count, outcome.IsPassed).ShouldBe((5, 10, isPassed));
    }

    [Fact(Timeout = 20_000)]
    public async Task Variants_are_compared_side_by_side()
    {
        using var polite = new ScriptedChatClient("polite", [new ScriptedRule(prompt => $"Please. {prompt.Instructions}")]);
        using var rude = new ScriptedChatClient("rude", [new ScriptedRule(prompt => prompt.Instructions)]);
        Evaluation evaluation = Of(EvaluationCheck.Contains("please")) with
        {
            Instructions = "Sell.",
            Variants = [new() { Name = "a", Model = "polite" }, new() { Name = "b", Model = "rude" }, new() { Name = "c", Model = "rude", Instructions = "Say please." }],
        };

        EvaluationReport report = await new EvaluationRunner(name => name == "polite" ? polite : rude).RunAsync(evaluation, cancellationToken: Timeout);

        report.Cases.Select(one => (one.Variant, one.IsPassed, one.Runs[0].Text)).ShouldBe([("a", true, "Please. Sell."), ("b", false, "Sell."), ("c", true, "Say please.")]);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_model_that_fails_or_never_answers_is_an_error_of_its_own()
    {
        using var broken = new ScriptedChatClient("broken", [new ScriptedRule(string? (_) => throw new HttpRequestException("overloaded"))]);
        using var silent = new ScriptedChatClient("silent", [], new ScriptedChatOptions { AnswerTime = TimeSpan.FromHours(1) });
        Evaluation evaluation = Of(EvaluationCheck.Contains("x")) with { Timeout = TimeSpan.FromMilliseconds(20), Variants = [new() { Name = "broken" }, new() { Name = "silent", Model = "silent" }] };

        EvaluationReport report = await new EvaluationRunner(name => name == "silent" ? silent : broken).RunAsync(evaluation, cancellationToken: Timeout);

        report.Cases.Select(one => one.Runs[0].Error).ShouldBe(["HttpRequestException: overloaded", "It took longer than 00:00:00.0200000."]);
        report.IsPassed.ShouldBeFalse();
    }

    [Fact(Timeout = 20_000)]
    public async Task So_many_calls_are_on_their_way_at_once_and_progress_is_told()
    {
        int now = 0, most = 0;
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var model = new GatedClient(async () =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            if (now == 2)
            {
                both.TrySetResult();
            }

            await both.Task;
            Interlocked.Decrement(ref now);
        });
        var told = new System.Collections.Concurrent.ConcurrentBag<EvaluationProgress>();

        await new EvaluationRunner(_ => model).RunAsync(Of(EvaluationCheck.Contains("x")) with { Repeats = 20, Parallelism = 2 }, told.Add, Timeout);

        most.ShouldBe(2);
        told.Select(one => one.Done).Order().ShouldBe(Enumerable.Range(1, 20));
        told.ShouldAllBe(one => one.Total == 20 && one.Case == "price");
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_gives_up_gets_no_report()
    {
        using var given = new CancellationTokenSource();
        using var model = new GatedClient(() => Task.Delay(-1, given.Token));
        Task<EvaluationReport> running = new EvaluationRunner(_ => model).RunAsync(Of(EvaluationCheck.Contains("x")), cancellationToken: given.Token);

        await given.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_makes_no_sense_is_told_before_any_model_is_asked()
    {
        Evaluation evaluation = Of() with { Repeats = 0, PassShare = 0, Parallelism = 0, Variants = [new() { Name = "a" }, new() { Name = "a" }] };

        EvaluationException wrong = await Should.ThrowAsync<EvaluationException>(
            () => new EvaluationRunner(_ => throw new InvalidOperationException()).RunAsync(evaluation, cancellationToken: Timeout));

        wrong.Code.ShouldBe("evaluation-invalid");
        wrong.Faults.Count.ShouldBe(7);
    }

    [Fact(Timeout = 20_000)]
    public async Task The_report_for_CI_systems_tells_failures_and_errors_whatever_a_model_has_said()
    {
        using var model = new ScriptedChatClient("odd", [new ScriptedRule("fail", "no \u0001 \ud800 ]]> <b>"), new ScriptedRule("error", "")]);
        using var failing = new ScriptedChatClient("failing", [new ScriptedRule(string? (_) => throw new InvalidOperationException("no & never"))]);
        Evaluation evaluation = new()
        {
            Name = "odd \u0002 <set>",
            Cases = [CaseOf("fail", EvaluationCheck.Contains("yes")), CaseOf("pass", EvaluationCheck.Contains("script"))],
            Variants = [new() { Name = "one" }, new() { Name = "two", Model = "failing" }],
        };
        EvaluationReport report = await new EvaluationRunner(name => name is null ? model : failing).RunAsync(evaluation, cancellationToken: Timeout);
        using var written = new MemoryStream();

        report.WriteJUnit(written);

        written.Position = 0;
        XElement xml = XDocument.Load(written).Root!;
        xml.Elements("testsuite").Select(suite => ((int)suite.Attribute("tests")!, (int)suite.Attribute("failures")!, (int)suite.Attribute("errors")!)).ShouldBe([(2, 1, 0), (2, 0, 2)]);
        ((int)xml.Attribute("tests")!, (int)xml.Attribute("failures")!, (int)xml.Attribute("errors")!).ShouldBe((4, 1, 2));
        XElement failure = xml.Descendants("failure").Single();
        failure.Attribute("message")!.Value.ShouldBe("0 of 1 answers have passed");
        failure.Value.ShouldContain("contains: it does not contain 'yes'");
        failure.Value.ShouldContain("no \ufffd \ufffd ]]> <b>");
        xml.Descendants("error").First().Value.ShouldContain("no & never");
        report.ToJson().ShouldContain("\"is_passed\":false");
    }

    private static Task<EvaluationReport> RunAsync(string answer, params EvaluationCheck[] checks)
    {
        var model = new ScriptedChatClient("small", [new ScriptedRule(_ => answer)]);
        var prices = new ModelPrices(new Dictionary<string, ModelPrice> { ["small"] = new(1_000, 1_000) });
        return new EvaluationRunner(_ => model, prices: prices).RunAsync(Of(checks), cancellationToken: Timeout);
    }

    private static Evaluation Of(params EvaluationCheck[] checks) => new() { Name = "cars", Cases = [CaseOf("price", checks)] };

    private static EvaluationCase CaseOf(string name, params EvaluationCheck[] checks) => new() { Name = name, Messages = [new ChatMessage(ChatRole.User, name)], Checks = checks };

    private static void InterlockedMax(ref int most, int now)
    {
        for (int known = Volatile.Read(ref most); now > known; known = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, now, known);
        }
    }
}
