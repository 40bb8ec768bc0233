using Ganglion.Guards;

namespace Ganglion.Tests.Guards.Lists;

public sealed class ListsGuardTests
{
    private const string Settings = """
        {"lists":[
          {"name":"competitors","action":"replace","replacement":"another maker","entries":["BMW","Audi","Audi A4"]},
          {"name":"brands","action":"replace","entries":{"merc":"Mercedes-Benz"}},
          {"name":"law","action":"escalate","queue":"legal.queries","entries":["lawsuit"]},
          {"name":"unsafe","fallback":"I cannot talk about that.","entries":["bomb"]}]}
        """;

    [Fact]
    public async Task Names_are_replaced_by_what_their_list_or_entry_says()
    {
        Verdict verdict = await GuardHost.Create("lists", Settings).JudgeAsync("Is a merc better than a BMW or an AUDI-A4?");

        verdict.Kind.ShouldBe(VerdictKind.Change);
        GuardHost.TextOf(verdict.Event).ShouldBe("""{"text":"Is a Mercedes-Benz better than a another maker or an another maker?"}""");
        verdict.Findings.ShouldBe([new Finding("brands"), new Finding("competitors") { Count = 2 }]);
        verdict.Reason.ShouldBe("1 × brands, 2 × competitors");
    }

    [Fact]
    public async Task Each_list_has_an_action_of_its_own()
    {
        GuardRunner guard = GuardHost.Create("lists", Settings);

        Verdict escalated = await guard.JudgeAsync("a lawsuit about a BMW");
        escalated.Kind.ShouldBe(VerdictKind.Escalate);
        escalated.Queue.ShouldBe("legal.queries");
        GuardHost.TextOf(escalated.Event).ShouldBe("""{"text":"a lawsuit about a another maker"}""");
        Verdict blocked = await guard.JudgeAsync("a lawsuit about a b\u200Bomb");
        blocked.Kind.ShouldBe(VerdictKind.Block);
        blocked.Fallback.ShouldBe("I cannot talk about that.");
        (await guard.JudgeAsync("a car")).ShouldBeSameAs(Verdict.Pass());
    }

    [Fact]
    public async Task Rules_have_keywords_of_the_same_kind()
    {
        GuardRunner guard = GuardHost.Create("rules", """{"keywords":[{"name":"swearing","entries":["damn"]}]}""");

        (await guard.JudgeAsync("DAMN it")).Reason.ShouldBe("swearing");
        (await guard.JudgeAsync("Amsterdamned")).Kind.ShouldBe(VerdictKind.Pass);
    }

    [Fact]
    public void All_that_is_wrong_with_settings_is_told()
    {
        GuardHost.FaultsOf("lists", "{}").ShouldHaveSingleItem().ShouldContain("has no lists");
        GuardHost.FaultsOf("lists", """{"lists":[{"entries":[]},{"name":"x","entries":["!!!",{}]},{"name":"y","entries":{"a":1}}]}""").Count.ShouldBe(5);
    }
}
