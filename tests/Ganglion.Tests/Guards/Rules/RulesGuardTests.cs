using Ganglion.Guards;

namespace Ganglion.Tests.Guards.Rules;

public sealed class RulesGuardTests
{
    [Fact]
    public async Task A_pattern_blocks_with_a_reason_and_a_fallback()
    {
        GuardRunner guard = GuardHost.Create(
            "rules", """{"fallback":"Sorry.","patterns":[{"name":"ticket","pattern":"TICKET-[0-9]+","ignoreCase":true,"reason":"names a ticket"}]}""");

        Verdict verdict = await guard.JudgeAsync("see ticket-42");

        verdict.Kind.ShouldBe(VerdictKind.Block);
        verdict.Reason.ShouldBe("names a ticket");
        verdict.Fallback.ShouldBe("Sorry.");
        verdict.Findings.ShouldBe([new Finding("ticket")]);
        (await guard.JudgeAsync("see ticket")).ShouldBeSameAs(Verdict.Pass());
    }

    [Fact]
    public async Task What_patterns_fit_is_replaced_one_after_the_other()
    {
        GuardRunner guard = GuardHost.Create(
            "rules", """{"action":"replace","patterns":[{"name":"digits","pattern":"[0-9]+","replacement":"N"},{"name":"n","pattern":"N-N"}]}""");

        Verdict verdict = await guard.JudgeAsync("1-2 and 3");

        verdict.Kind.ShouldBe(VerdictKind.Change);
        GuardHost.TextOf(verdict.Event).ShouldBe("""{"text":"[n] and N"}""");
        verdict.Reason.ShouldBe("3 × digits, 1 × n");
        verdict.Findings.ShouldBe([new Finding("digits") { Count = 3 }, new Finding("n")]);
    }

    [Fact]
    public async Task The_gravest_action_counts_and_all_findings_are_kept()
    {
        GuardRunner guard = GuardHost.Create(
            "rules",
            """
            {"patterns":[{"name":"a","pattern":"a","action":"report"},{"name":"b","pattern":"b","action":"replace"},
             {"name":"c","pattern":"c","action":"escalate","queue":"legal"},{"name":"d","pattern":"d"}]}
            """);

        (await guard.JudgeAsync("a")).Kind.ShouldBe(VerdictKind.Pass);
        (await guard.JudgeAsync("ab")).Kind.ShouldBe(VerdictKind.Change);
        Verdict escalated = await guard.JudgeAsync("abc");
        escalated.Kind.ShouldBe(VerdictKind.Escalate);
        escalated.Queue.ShouldBe("legal");
        GuardHost.TextOf(escalated.Event).ShouldBe("""{"text":"a[b]c"}""");
        Verdict blocked = await guard.JudgeAsync("abcd");
        blocked.Kind.ShouldBe(VerdictKind.Block);
        blocked.Findings.Select(finding => finding.Rule).ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public async Task A_pattern_can_be_one_that_every_text_must_fit()
    {
        GuardRunner guard = GuardHost.Create("rules", """{"text":["id"],"patterns":[{"name":"id","pattern":"^[A-Z]+$","require":true}]}""");

        (await guard.JudgeJsonAsync("""{"id":"ABC","text":"x"}""")).Kind.ShouldBe(VerdictKind.Pass);
        (await guard.JudgeJsonAsync("""{"id":"abc","text":"x"}""")).Reason.ShouldBe("id");
    }

    [Theory]
    [InlineData("", "too-short")]
    [InlineData("abcdef", "too-long")]
    [InlineData("abc", null)]
    public async Task Text_has_bounds_of_length(string text, string? reason) =>
        (await GuardHost.Create("rules", """{"minLength":1,"maxLength":5}""").JudgeAsync(text)).Reason.ShouldBe(reason);

    [Fact]
    public async Task What_cannot_be_read_does_not_pass_unless_that_is_wanted()
    {
        GuardedEvent image = new(GuardHost.CloudEvent([1, 2, 3], "image/png"), "channel");

        GuardException failure = await Should.ThrowAsync<GuardException>(async () => await GuardHost.Create("rules", "{}").JudgeAsync(image, default));
        failure.Code.ShouldBe("guard-data-unreadable");
        (await GuardHost.Create("rules", """{"unreadable":"pass"}""").JudgeAsync(image, default)).Kind.ShouldBe(VerdictKind.Pass);
    }

    [Fact]
    public async Task An_expression_that_may_backtrack_for_ever_is_refused_or_watched()
    {
        GuardHost.FaultsOf("rules", """{"patterns":[{"name":"bomb","pattern":"^(?=a)(a+)+$"}]}""").ShouldHaveSingleItem().ShouldContain("needs backtracking");
        GuardHost.FaultsOf("rules", """{"patterns":[{"name":"large","pattern":"(a{1000}){1000}"}]}""").ShouldHaveSingleItem().ShouldContain("larger than");

        GuardRunner watched = GuardHost.Catalog(_ => { }).Create(new GuardDefinition(
            "watched", "rules", System.Text.Json.JsonElement.Parse("""{"patterns":[{"name":"bomb","pattern":"^(?=a)(a+)+$","backtracking":true}]}"""))
        {
            Timeout = TimeSpan.FromMilliseconds(1),
        });
        foreach (string hostile in (string[])[new string('a', 100_000) + "!", string.Join("\",\"", Enumerable.Repeat(new string('a', 12) + "!", 50_000))])
        {
            GuardException failure = await Should.ThrowAsync<GuardException>(async () => await watched.JudgeJsonAsync($"[\"{hostile}\"]"));
            failure.Code.ShouldBe("guard-timeout");
        }
    }

    [Fact]
    public void All_that_is_wrong_with_settings_is_told() => GuardHost.FaultsOf(
        "rules",
        """
        {"maxLenght":1,"text":["a..b"],"action":"explode","minLength":-1,
         "patterns":[{"pattern":"("},{"name":"x","pattern":"x","require":true,"action":"replace"},"text"]}
        """).Count.ShouldBe(8);
}
