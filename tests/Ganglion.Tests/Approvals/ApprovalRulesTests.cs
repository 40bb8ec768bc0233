using System.Text;
using Ganglion.Approvals;
using Ganglion.Events;

namespace Ganglion.Tests.Approvals;

public sealed class ApprovalRulesTests
{
    [Theory]
    [InlineData(0.7, null)]
    [InlineData(0.71, "toxicity is 0.71, above 0.7")]
    [InlineData(double.NaN, "toxicity is no number")]
    public void A_score_above_its_threshold_is_held_up(double score, string? reason)
    {
        var rules = new ApprovalRules([new ApprovalRule { Name = "toxic", Queue = "moderation", Score = "toxicity", Above = 0.7 }]);

        ApprovalNeed? need = rules.Find(EventOf("{}"), "answers", new Dictionary<string, double> { ["toxicity"] = score });

        need?.Reason.ShouldBe(reason);
        (need is null).ShouldBe(reason is null);
        rules.Find(EventOf("{}"), "answers").ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"offer":{"discount":501}}""", true)]
    [InlineData("""{"offer":{"discount":"501.5"}}""", true)]
    [InlineData("""{"offer":{"discount":500}}""", false)]
    [InlineData("""{"offer":{}}""", false)]
    [InlineData("""{"offer":{"discount":null}}""", false)]
    [InlineData("""{"offer":{"discount":"a lot"}}""", true)]
    [InlineData("""{"offer":{"discount":[1]}}""", true)]
    [InlineData("""{"offer":{"discount":1""", true)]
    [InlineData("""{"offer":{"discount":1e999}}""", true)]
    [InlineData("""{"offer":{"discount":1},"text":"\ud800"}""", true)]
    [InlineData("""{"offer":{"\ud800":1}}""", true)]
    public void An_amount_above_its_limit_is_held_up_and_so_is_one_that_cannot_be_read(string data, bool isHeldUp)
    {
        var rules = new ApprovalRules([new ApprovalRule { Name = "discount", Queue = "discount.queries", Path = "$.offer.discount", Above = 500 }]);

        (rules.Find(EventOf(data), "answers") is not null).ShouldBe(isHeldUp);
    }

    [Fact]
    public void A_confidence_below_its_limit_is_held_up()
    {
        var rules = new ApprovalRules([new ApprovalRule { Name = "unsure", Queue = "q", Path = "results.0.confidence", Below = 0.5 }]);

        ApprovalNeed need = rules.Find(EventOf("""{"results":[{"confidence":0.4}]}"""), "answers")!;

        need.ShouldBe(new ApprovalNeed("unsure", "q", "results.0.confidence is 0.4, below 0.5") { Score = 0.4 });
        rules.Find(EventOf("""{"results":[{"confidence":0.6}]}"""), "answers").ShouldBeNull();
    }

    [Fact]
    public void Words_are_found_as_people_read_them_and_channels_and_types_narrow()
    {
        var rules = new ApprovalRules(
        [
            new ApprovalRule { Name = "legal", Queue = "legal.queries", Channels = ["agent.responses*"], Types = ["answer"], Mentions = ["haftung", "Gewähr"] },
        ]);
        CloudEvent about = EventOf("""{"text":"keine Gew\u00e4hr"}""");

        rules.Find(about, "agent.responses.raw")!.Reason.ShouldBe("it mentions 'Gewähr'");
        rules.Find(EventOf("""{"text":"HAFTUNG"}"""), "agent.responses")!.Queue.ShouldBe("legal.queries");
        rules.Find(about, "agent.requests").ShouldBeNull();
        rules.Find(about with { Type = "other" }, "agent.responses").ShouldBeNull();
        rules.Find(EventOf("""{"gewähr":"nothing"}"""), "agent.responses").ShouldBeNull("names of members are not what is said");
    }

    [Fact]
    public void A_sample_is_the_same_events_everywhere_and_about_its_share_of_them()
    {
        ApprovalRules one = Sampling();
        ApprovalRules other = Sampling();
        CloudEvent[] events = [.. Enumerable.Range(0, 10_000).Select(i => EventOf("{}") with { Id = $"e-{i}" })];

        bool[] chosen = [.. events.Select(e => one.Find(e, "c") is not null)];

        events.Select(e => other.Find(e, "c") is not null).ShouldBe(chosen);
        chosen.Count(isChosen => isChosen).ShouldBeInRange(400, 600);

        static ApprovalRules Sampling() => new([new ApprovalRule { Name = "sample", Queue = "q", Sample = 0.05 }]);
    }

    [Fact]
    public void The_first_rule_that_fits_counts()
    {
        var rules = new ApprovalRules(
        [
            new ApprovalRule { Name = "none", Queue = "a", Sample = 0 },
            new ApprovalRule { Name = "first", Queue = "b", FourEyes = true, Reason = "as agreed" },
            new ApprovalRule { Name = "second", Queue = "c" },
        ]);

        rules.Find(EventOf("{}"), "c").ShouldBe(new ApprovalNeed("first", "b", "as agreed") { FourEyes = true });
    }

    private static CloudEvent EventOf(string data) =>
        new() { Id = "e", Source = "/s", Type = "answer", DataContentType = "application/json", Data = Encoding.UTF8.GetBytes(data) };
}
