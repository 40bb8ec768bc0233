using Ganglion.Approvals;

namespace Ganglion.Tests.Approvals;

public sealed class ApprovalIndexTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_page_of_a_hundred_thousand_looks_at_no_more_than_it_shows()
    {
        ApprovalIndex index = Fill(100_000);

        Costs(() => index.List(new() { Queue = "queue.3" }, null, 100, Noon)).ShouldBeLessThanOrEqualTo(101);
        Costs(() => index.List(new(), null, 100, Noon)).ShouldBeLessThanOrEqualTo(101);
        Costs(() => index.List(new() { Agent = "agent.1", Rule = "rule" }, null, 100, Noon)).ShouldBeLessThanOrEqualTo(101);
        Costs(() => index.List(new() { Agent = "nobody" }, null, 100, Noon)).ShouldBe(0);
        Costs(() => index.List(new() { By = "maria" }, null, 100, Noon)).ShouldBe(0);
        Costs(() => index.List(new() { Agent = "agent.0", Queue = "queue.3" }, null, 100, Noon)).ShouldBe(10_000, "the smaller of the two is looked through");
        ApprovalPage first = index.List(new() { Queue = "queue.3" }, null, 1_000, Noon);
        Costs(() => index.List(new() { Queue = "queue.3" }, first.Next, 100, Noon)).ShouldBeLessThanOrEqualTo(101);
        Costs(() => index.List(new() { Queue = "queue.3", Before = Noon.AddSeconds(-99_990) }, null, 100, Noon)).ShouldBeLessThanOrEqualTo(101);

        long Costs(Action list)
        {
            long before = index.Examined;
            list();
            return index.Examined - before;
        }
    }

    [Fact]
    public void Pages_follow_each_other_without_a_gap_also_when_some_are_decided_between_them()
    {
        ApprovalIndex index = Fill(100);
        ApprovalPage first = index.List(new(), null, 40, Noon);
        Tell(index, 0, ApprovalKinds.Approved);
        Tell(index, 39, ApprovalKinds.Approved);

        ApprovalPage second = index.List(new(), first.Next, 40, Noon);
        ApprovalPage third = index.List(new(), second.Next, 40, Noon);

        first.Items.Concat(second.Items).Concat(third.Items).Select(item => item.Id).ShouldBe(Enumerable.Range(0, 100).Select(i => $"a-{i}"));
        third.Next.ShouldBeNull();
    }

    [Fact]
    public void What_is_decided_is_listed_the_last_first_and_no_more_of_it_is_kept_than_is_wanted()
    {
        ApprovalIndex index = Fill(50, mostDecided: 10);
        for (int i = 0; i < 20; i++)
        {
            Tell(index, i, i % 2 == 0 ? ApprovalKinds.Approved : ApprovalKinds.Rejected, at: Noon.AddSeconds(i));
        }

        ApprovalPage approved = index.List(new() { Status = ApprovalStatus.Approved }, null, 3, Noon);
        ApprovalPage more = index.List(new() { Status = ApprovalStatus.Approved }, approved.Next, 3, Noon);

        approved.Items.Concat(more.Items).Select(item => item.Id).ShouldBe(["a-18", "a-16", "a-14", "a-12", "a-10"]);
        index.Find("a-9").ShouldBeNull();
        index.Find("a-10").ShouldNotBeNull();
        index.Summarize().Sum(queue => queue.Pending).ShouldBe(30);
    }

    [Fact]
    public void A_filter_shows_what_fits_and_a_claim_that_is_over_is_none()
    {
        ApprovalIndex index = Fill(10);
        Tell(index, 3, ApprovalKinds.Claimed, by: "maria", until: Noon.AddMinutes(5));
        Tell(index, 4, ApprovalKinds.Claimed, by: "maria", until: Noon.AddMinutes(-5));

        index.List(new() { By = "maria" }, null, 10, Noon).Items.Select(item => item.Id).ShouldBe(["a-3"]);
        index.List(new() { Unclaimed = true }, null, 10, Noon).Items.Count.ShouldBe(9);
        index.List(new() { Agent = "agent.1", Rule = "rule", Channel = "channel" }, null, 10, Noon).Items.Count.ShouldBe(5);
        index.List(new() { Agent = "agent.7" }, null, 10, Noon).Items.ShouldBeEmpty();
    }

    [Fact]
    public void What_happens_after_the_decision_or_before_the_beginning_changes_nothing()
    {
        ApprovalIndex index = Fill(1);
        Tell(index, 0, ApprovalKinds.Approved, by: "maria");
        Tell(index, 0, ApprovalKinds.Rejected, by: "ben");
        Tell(index, 7, ApprovalKinds.Approved);

        index.Find("a-0")!.Value.Item.DecidedBy.ShouldBe("maria");
        index.Find("a-7").ShouldBeNull();
        index.Measure().ShouldHaveSingleItem().Approved.ShouldBe(1);
    }

    [Fact]
    public void What_is_held_up_again_after_its_decision_was_forgotten_is_pending()
    {
        ApprovalIndex index = Fill(2);
        Tell(index, 0, ApprovalKinds.Approved, by: "maria");
        Ask(index, 0, since: Noon.AddDays(31));

        index.Find("a-0")!.Value.Item.Status.ShouldBe(ApprovalStatus.Pending);
        index.List(new(), null, 10, Noon).Items.Select(item => item.Id).ShouldBe(["a-1", "a-0"]);
        index.List(new() { Status = ApprovalStatus.Approved }, null, 10, Noon).Items.ShouldBeEmpty();
        index.Summarize().Sum(queue => queue.Pending).ShouldBe(2);
    }

    [Theory]
    [InlineData("9223372036854775807.x")]
    [InlineData("0.")]
    public void A_page_that_nobody_was_given_may_be_empty(string after)
    {
        Should.NotThrow(() => Fill(2).List(new(), after, 10, Noon));
        Should.NotThrow(() => Fill(2).List(new() { Status = ApprovalStatus.Rejected }, after, 10, Noon));
    }

    [Fact]
    public void Figures_tell_how_often_people_said_otherwise_and_how_long_it_took()
    {
        ApprovalIndex index = Fill(8, agents: 1);
        Tell(index, 0, ApprovalKinds.Approved, by: "maria", at: Noon.AddSeconds(10 - 8));
        Tell(index, 1, ApprovalKinds.Edited, by: "maria", edits: 1);
        Tell(index, 1, ApprovalKinds.Approved, by: "maria", edits: 1, at: Noon.AddSeconds(20 - 7));
        Tell(index, 2, ApprovalKinds.Rejected, by: "maria", at: Noon.AddSeconds(30 - 6));
        Tell(index, 3, ApprovalKinds.Rejected, at: Noon.AddSeconds(40 - 5));

        ApprovalStatistics figures = index.Measure().ShouldHaveSingleItem();

        figures.ShouldBe(new ApprovalStatistics("agent.0", "rule")
        {
            Requested = 8, Pending = 4, Approved = 1, Edited = 1, Rejected = 1, ByDefault = 1,
            Mean = TimeSpan.FromSeconds(25), Median = TimeSpan.FromSeconds(32), Longest = TimeSpan.FromSeconds(40),
        });
        figures.Overruled.ShouldBe(2 / 3.0);
    }

    private static ApprovalIndex Fill(int count, int mostDecided = 10_000, int agents = 2)
    {
        var index = new ApprovalIndex(mostDecided);
        for (int i = 0; i < count; i++)
        {
            Ask(index, i, Noon.AddSeconds(i - count), agents);
        }

        return index;
    }

    private static void Ask(ApprovalIndex index, int number, DateTimeOffset since, int agents = 2)
    {
        string queue = $"queue.{number % 10}";
        index.Apply(
            ApprovalKinds.Requested,
            new ApprovalEntry
            {
                Approval = $"a-{number}", At = since, Since = since, Version = 1, Queue = queue,
                Request = ApprovalTestHost.RequestOf() with { Id = $"a-{number}", Queue = queue, Agent = $"agent.{number % agents}", Rule = "rule", Channel = "channel" },
            },
            number);
    }

    private static void Tell(ApprovalIndex index, int number, string kind, string? by = null, DateTimeOffset? until = null, DateTimeOffset? at = null, int edits = 0) => index.Apply(
        kind,
        new ApprovalEntry
        {
            Approval = $"a-{number}", At = at ?? Noon, Since = Noon, Version = 1, Queue = $"queue.{number % 10}", By = by, Until = until, Edits = edits,
        },
        1_000_000);
}
