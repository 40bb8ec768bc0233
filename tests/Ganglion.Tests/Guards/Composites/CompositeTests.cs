using System.Text.Json;
using Ganglion.Guards;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Guards.Composites;

public sealed class CompositeTests
{
    private const string Redact = """{"name":"redact","kind":"rules","settings":{"patterns":[{"name":"digits","pattern":"[0-9]+","action":"replace"}]}}""";
    private const string NoDigits = """{"kind":"rules","settings":{"patterns":[{"name":"still-digits","pattern":"[0-9]"}]}}""";
    private const string Ask = """{"name":"ask","kind":"rules","settings":{"action":"escalate","queue":"legal","patterns":[{"name":"law","pattern":"law"}]}}""";
    private const string NoBomb = """{"name":"no-bomb","kind":"rules","settings":{"patterns":[{"name":"bomb","pattern":"bomb"}]}}""";

    [Fact]
    public async Task What_one_guard_has_changed_the_next_judges()
    {
        Verdict verdict = await All(Redact, NoDigits).JudgeAsync("call 42");

        verdict.Kind.ShouldBe(VerdictKind.Change);
        GuardHost.TextOf(verdict.Event).ShouldBe("""{"text":"call [digits]"}""");
        verdict.Findings.ShouldBe([new Finding("redact/digits")]);
        (await All(NoDigits, Redact).JudgeAsync("call 42")).Kind.ShouldBe(VerdictKind.Block);
    }

    [Fact]
    public async Task The_first_that_blocks_ends_it()
    {
        int asked = 0;
        GuardCatalog catalog = GuardHost.Catalog(ganglion => ganglion
            .AddGuard("counts", (_, _) => ValueTask.FromResult(++asked > 0 ? Verdict.Pass() : null!))
            .AddGuard("chain", "all", JsonElement.Parse($$"""{"guards":[{{NoBomb}},"counts"]}""")));

        (await catalog.Get("chain").JudgeAsync("bomb")).Kind.ShouldBe(VerdictKind.Block);
        asked.ShouldBe(0);
        (await catalog.Get("chain").JudgeAsync("flower")).Kind.ShouldBe(VerdictKind.Pass);
        asked.ShouldBe(1);
    }

    [Fact]
    public async Task An_escalation_stands_unless_a_later_guard_blocks_and_shows_the_changed_event()
    {
        Verdict escalated = await All(Ask, Redact, NoBomb).JudgeAsync("law 42");
        escalated.Kind.ShouldBe(VerdictKind.Escalate);
        escalated.Queue.ShouldBe("legal");
        GuardHost.TextOf(escalated.Event).ShouldBe("""{"text":"law [digits]"}""");

        Verdict blocked = await All(Ask, NoBomb).JudgeAsync("law bomb");
        blocked.Kind.ShouldBe(VerdictKind.Block);
        blocked.Event.ShouldBeNull();
        blocked.Findings.Select(finding => finding.Rule).ShouldBe(["ask/law", "no-bomb/bomb"]);
    }

    [Fact]
    public async Task First_is_the_first_that_does_not_let_pass()
    {
        Verdict verdict = await Composite("first", Ask, NoBomb).JudgeAsync("law bomb");

        verdict.Kind.ShouldBe(VerdictKind.Escalate);
        verdict.Findings.ShouldBe([new Finding("ask/law")]);
        (await Composite("first", Ask, NoBomb).JudgeAsync("flower")).Kind.ShouldBe(VerdictKind.Pass);
    }

    [Fact]
    public async Task A_guard_within_that_fails_lets_nothing_pass()
    {
        GuardCatalog catalog = GuardHost.Catalog(ganglion => ganglion
            .AddGuard("broken", (_, _) => throw new InvalidOperationException())
            .AddGuard("chain", "all", new { guards = new[] { "broken" } }));

        GuardException failure = await Should.ThrowAsync<GuardException>(async () => await catalog.Get("chain").JudgeAsync("x"));

        failure.Code.ShouldBe("guard-failed");
        failure.Message.ShouldContain("'broken'");
    }

    [Fact]
    public async Task A_composite_has_the_time_of_its_guards_unless_it_is_given_less()
    {
        var time = new ManualTimeProvider();
        JsonElement slow = JsonElement.Parse("""{"guards":["slow","slow"]}""");
        GuardCatalog catalog = GuardHost.Catalog(
            ganglion => ganglion
                .AddGuard("slow", async (_, cancellation) =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
                    return Verdict.Pass();
                }, timeout: TimeSpan.FromSeconds(20))
                .AddGuard("chain", "all", slow)
                .AddGuard("hurried", "first", slow, timeout: TimeSpan.FromSeconds(1)),
            services => services.AddSingleton<TimeProvider>(time));
        catalog.Get("chain").Description.Timeout.ShouldBe(TimeSpan.FromSeconds(40));

        Task<Verdict> judging = catalog.Get("hurried").JudgeAsync("x").AsTask();
        time.Advance(TimeSpan.FromSeconds(1));

        (await Should.ThrowAsync<GuardException>(() => judging)).Code.ShouldBe("guard-timeout");
    }

    [Theory]
    [InlineData("""{}""", "has no guards")]
    [InlineData("""{"guards":[]}""", "has no guards")]
    [InlineData("""{"guards":["missing"]}""", "no guard of that name")]
    [InlineData("""{"guards":[7]}""", "neither the name of a guard nor")]
    [InlineData("""{"guards":[{"kind":"rules","settings":{"minLength":-1}}]}""", "guards:0:settings:minLength is -1")]
    public void What_is_wrong_within_is_told(string settings, string fault) => GuardHost.FaultsOf("all", settings).ShouldHaveSingleItem().ShouldContain(fault);

    [Fact]
    public void A_guard_within_itself_is_refused() => Should.Throw<GuardDefinitionException>(() => GuardHost.Catalog(ganglion => ganglion
        .AddGuard("a", "all", new { guards = new[] { "b" } })
        .AddGuard("b", "first", new { guards = new[] { "a" } }))).Message.ShouldContain("within itself");

    [Fact]
    public void Guards_are_not_nested_without_end()
    {
        string nested = NoBomb;
        for (int i = 0; i < 10; i++)
        {
            nested = "{\"kind\":\"all\",\"settings\":{\"guards\":[" + nested + "]}}";
        }

        GuardHost.FaultsOf("all", "{\"guards\":[" + nested + "]}").ShouldHaveSingleItem().ShouldContain("deeper than");
    }

    private static GuardRunner All(params string[] guards) => Composite("all", guards);

    private static GuardRunner Composite(string kind, params string[] guards) => GuardHost.Create(kind, "{\"guards\":[" + string.Join(',', guards) + "]}");
}
