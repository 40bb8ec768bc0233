using System.Globalization;
using Ganglion.Budgets;
using Ganglion.Hosting;
using Ganglion.Oversight;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Oversight;

public sealed class StopRuleTests
{
    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Theory]
    [InlineData(4, 100, false)]
    [InlineData(5, 100, true)]
    [InlineData(5, 101, false)]
    [InlineData(50, 100, true)]
    public void So_many_and_such_a_share_are_needed(int events, int others, bool stops)
    {
        var count = new StopRuleCount(new StopRule { Topic = "flagged", Of = "all", AtLeast = 5, Share = 0.05m });
        count.Look(TimeSpan.Zero, 1_000, 7_000).ShouldBeNull("What was there before the rule is none of its business.");

        (count.Look(TimeSpan.FromSeconds(1), 1_000 + events, 7_000 + others) is not null).ShouldBe(stops);
    }

    [Fact]
    public void What_came_before_the_window_does_not_count()
    {
        var count = new StopRuleCount(new StopRule { Topic = "flagged", AtLeast = 10, Window = TimeSpan.FromSeconds(10) });

        for (int second = 0; second < 100; second++)
        {
            count.Look(TimeSpan.FromSeconds(second), second * 9 / 10, 0).ShouldBeNull();
        }

        count.Look(TimeSpan.FromSeconds(100), 100, 0)!.ShouldContain("'flagged'");
    }

    [Fact]
    public void A_topic_that_begins_anew_is_counted_anew()
    {
        var count = new StopRuleCount(new StopRule { Topic = "flagged", AtLeast = 5 });
        count.Look(TimeSpan.Zero, 100, 0);

        count.Look(TimeSpan.FromSeconds(1), 3, 0).ShouldBeNull();
        count.Look(TimeSpan.FromSeconds(2), 8, 0).ShouldNotBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_spike_pauses_and_whoever_lifts_it_has_lifted_it()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await host.AppendAsync("notes.dlq", "k", "before");
        await host.RunAsync(
            ganglion => ganglion.AddStopRule("failures", rule =>
            {
                rule.Topic = "notes.dlq";
                rule.AtLeast = 3;
                rule.Pause = "agent:reader";
            }),
            time);
        Pauses pauses = host.Host.Services.GetRequiredService<Pauses>();
        await WhenLookedAsync(host);

        for (int i = 0; i < 3; i++)
        {
            await host.AppendAsync("notes.dlq", "k", $"{i}");
        }

        await LookAsync(host, time);
        Pause pause = (await pauses.ListAsync(Timeout)).ShouldHaveSingleItem();
        await pauses.ResumeAsync(PauseTarget.OfAgent("reader"), cancellationToken: Timeout);
        await LookAsync(host, time);
        await LookAsync(host, time);

        pause.By.ShouldBe("rule failures");
        pause.Reason.ShouldBe("3 events in 'notes.dlq' within 00:01:00");
        (await pauses.ListAsync(Timeout)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_spike_of_flagged_answers_lets_all_answers_wait_for_a_person()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await host.RunAsync(
            static _ => { },
            time,
            new()
            {
                ["Ganglion:StopRules:flagged:Topic"] = "answers.flagged",
                ["Ganglion:StopRules:flagged:Of"] = "answers",
                ["Ganglion:StopRules:flagged:Share"] = "0.5",
                ["Ganglion:StopRules:flagged:Stop"] = "answers",
                ["Ganglion:StopRules:flagged:Queue"] = "legal.queries",
            });
        RouteTable routes = host.Host.Services.GetRequiredService<RouteTable>();
        await WhenLookedAsync(host);
        await host.AppendAsync("answers", "k", "one");
        await host.AppendAsync("answers", "k", "two");
        await LookAsync(host, time);
        Route calm = await routes.FindAsync("answers", Timeout);

        await host.AppendAsync("answers.flagged", "k", "one");
        await LookAsync(host, time);

        Route stopped = await routes.FindAsync("answers", Timeout);
        calm.Version.ShouldBe(0);
        stopped.Stages.ShouldHaveSingleItem().Name.ShouldBe("stop");
        (await routes.ListChangesAsync("answers", Timeout)).Single().By.ShouldBe("rule flagged");
    }

    [Fact(Timeout = 60_000)]
    public async Task When_the_share_of_its_budget_is_spent_a_rule_pauses_once_for_each_alert()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await AlertAsync(host, "model:large", 1);
        await host.RunAsync(
            ganglion => ganglion.AddStopRule("cost", rule => (rule.Budget, rule.Share, rule.Pause) = ("model:large", 0.8m, "agent:reader")), time);
        Pauses pauses = host.Host.Services.GetRequiredService<Pauses>();
        await WhenLookedAsync(host);

        await AlertAsync(host, "model:large", 0.5m);
        await AlertAsync(host, "model:small", 1);
        await host.AppendAsync(BudgetAlert.Channel, "k", "nonsense");
        await LookAsync(host, time);
        IReadOnlyList<Pause> before = await pauses.ListAsync(Timeout);
        await AlertAsync(host, "model:large", 0.8m);
        await LookAsync(host, time);
        Pause pause = (await pauses.ListAsync(Timeout)).ShouldHaveSingleItem();
        await pauses.ResumeAsync(PauseTarget.OfAgent("reader"), cancellationToken: Timeout);
        await LookAsync(host, time);

        before.ShouldBeEmpty();
        pause.By.ShouldBe("rule cost");
        pause.Reason!.ShouldContain("20 money/day");
        (await pauses.ListAsync(Timeout)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_first_alert_that_there_ever_is_counts()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddStopRule("cost", rule => (rule.Budget, rule.Share, rule.Pause) = ("model:large", 0.8m, "tier:free")), time);
        await WhenLookedAsync(host);

        await AlertAsync(host, "model:large", 1);
        await LookAsync(host, time);

        (await host.Host.Services.GetRequiredService<Pauses>().ListAsync(Timeout)).ShouldHaveSingleItem().Target.ShouldBe(PauseTarget.OfTier("free"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rule_of_a_budget_names_its_share_and_nothing_else_that_is_counted()
    {
        await using var host = new AgentTestHost();

        RouteException refused = await Should.ThrowAsync<RouteException>(() => host.RunAsync(
            ganglion => ganglion.AddStopRule("cost", rule => (rule.Budget, rule.Topic, rule.Pause) = ("model:large", "orders.dlq", "all"))));

        refused.Message.ShouldContain("set its Share, and neither Topic nor Of");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_with_rules_that_make_no_sense_does_not_start_and_says_all_that_is_wrong()
    {
        await using var host = new AgentTestHost();

        RouteException refused = await Should.ThrowAsync<RouteException>(() => host.RunAsync(
            ganglion => ganglion.AddStopRule("odd", rule => (rule.Topic, rule.AtLeast, rule.Share, rule.Pause, rule.Stop) = ("no topic", 0, 2, "nothing", "x"))));

        refused.Code.ShouldBe("stop-rule-invalid");
        foreach (string setting in new[] { "Topic", "AtLeast", "Share", "Of", "Pause", "Stop" })
        {
            refused.Message.ShouldContain(setting);
        }
    }

    private static async Task AlertAsync(AgentTestHost host, string budget, decimal share) => await host.AppendAsync(
        BudgetAlert.Channel, budget, string.Create(CultureInfo.InvariantCulture, $$"""{"budget":"{{budget}}","limit":"20 money/day","used":1,"share":{{share}}}"""));

    private static Task LookAsync(AgentTestHost host, ManualTime time)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return WhenLookedAsync(host);
    }

    private static Task WhenLookedAsync(AgentTestHost host) =>
        host.Host.Services.GetServices<IHostedService>().OfType<StopRuleService>().Single().Looked.WaitAsync(Timeout);
}
