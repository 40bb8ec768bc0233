using Ganglion.Budgets;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Budgets;

public sealed class SharedBudgetsTests
{
    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Fact(Timeout = 60_000)]
    public async Task What_is_reserved_and_settled_is_what_is_spent()
    {
        await using AgentTestHost host = await StartAsync("model:small", "10 requests/day", "1000 tokens/day", "5 money/total");

        using (Reservation reservation = await AcquireAsync(host.Host, new Usage(1, 800, 0.5m)))
        {
            reservation.Reserved.ShouldBe(new Usage(1, 800, 0.5m));
            reservation.Settle(new Usage(1, 300, 0.2m));
        }

        await host.StopAsync();
        await host.RunAsync(static _ => { }, configuration: Configured("10 requests/day, 1000 tokens/day, 5 money/total"));
        BudgetStatus status = (await CatalogOf(host.Host).FindAsync("model:small", Timeout))!;
        status.Limits.Select(limit => limit.Used).ShouldBe([1, 300, 0.2m]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_only_spends_brings_back_what_it_has_when_it_is_stopped()
    {
        await using AgentTestHost host = await StartAsync("model:small", "1000 requests/day");
        await host.RunAsync(static _ => { }, configuration: Configured("1000 requests/day"));
        for (int call = 0; call < 5; call++)
        {
            (await AcquireAsync(host.Host, new Usage(1))).Settle(default);
        }

        await host.StopAsync();

        (await CatalogOf(host.Host).FindAsync("model:small", Timeout))!.Limits.Single().Used.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_does_not_fit_into_a_day_is_refused()
    {
        await using AgentTestHost host = await StartAsync("model:small", "10 requests/day");
        for (int call = 0; call < 10; call++)
        {
            await AcquireAsync(host.Host, new Usage(1));
        }

        BudgetExhaustedException refused = await Should.ThrowAsync<BudgetExhaustedException>(() => AcquireAsync(host.Host, new Usage(1)));
        BudgetExhaustedException tooLarge = await Should.ThrowAsync<BudgetExhaustedException>(() => AcquireAsync(host.Host, new Usage(11)));

        refused.Code.ShouldBe("budget-exhausted");
        refused.Budget.ShouldBe("model:small");
        tooLarge.Code.ShouldBeOneOf("budget-too-small", "budget-exhausted");
    }

    [Fact(Timeout = 60_000)]
    public async Task Four_hosts_together_spend_exactly_what_a_limit_allows()
    {
        await using var host = new AgentTestHost();
        for (int number = 0; number < 4; number++)
        {
            await host.RunAsync(ganglion => ganglion.AddBudgets(budgets => budgets.Add("model:small", "200 requests/hour")));
        }

        using var enough = new CancellationTokenSource();
        int granted = 0;
        await Task.WhenAll(host.Hosts.SelectMany(one => Enumerable.Range(0, 100).Select(async _ =>
        {
            try
            {
                await BudgetsOf(one).AcquireAsync(SpendingOf(new Usage(1)), enough.Token);
                if (Interlocked.Increment(ref granted) == 200)
                {
                    await enough.CancelAsync();
                }
            }
            catch (OperationCanceledException)
            {
            }
        })));

        granted.ShouldBe(200);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_budget_that_is_set_counts_at_once_for_all_and_after_a_restart()
    {
        await using AgentTestHost host = await StartAsync("model:small", "1 requests/day");
        await AcquireAsync(host.Host, new Usage(1));
        await Should.ThrowAsync<BudgetExhaustedException>(() => AcquireAsync(host.Host, new Usage(1)));

        await CatalogOf(host.Host).SetAsync(new BudgetDefinition("model:small", [BudgetLimit.Parse("3 requests/day")]), "maria", "more", Timeout);
        await AcquireAsync(host.Host, new Usage(1));
        await host.StopAsync();
        await host.RunAsync(Define("model:small", "1 requests/day"));
        await AcquireAsync(host.Host, new Usage(1));

        await Should.ThrowAsync<BudgetExhaustedException>(() => AcquireAsync(host.Host, new Usage(1)));
        BudgetStatus status = (await CatalogOf(host.Host).ListAsync(Timeout)).ShouldHaveSingleItem();
        status.ShouldSatisfyAllConditions(
            () => status.Limits.ShouldBe([new BudgetLimitStatus(BudgetLimit.Parse("3 requests/day"), 3)]),
            () => status.By.ShouldBe("maria"),
            () => status.Reason.ShouldBe("more"));
        (await CatalogOf(host.Host).UnsetAsync("model:small", cancellationToken: Timeout)).ShouldBeTrue();
        (await CatalogOf(host.Host).UnsetAsync("model:small", cancellationToken: Timeout)).ShouldBeFalse();
        (await CatalogOf(host.Host).FindAsync("model:small", Timeout))!.Limits[0].Limit.Amount.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_tenant_has_a_budget_by_itself_where_one_of_each_is_defined()
    {
        await using AgentTestHost host = await StartAsync("tenant:*", "1 requests/day");
        IBudgets budgets = BudgetsOf(host.Host);
        await budgets.AcquireAsync(new Spending(new Usage(1)) { Tenant = "acme" }, Timeout);
        await budgets.AcquireAsync(new Spending(new Usage(1)) { Tenant = "umbrella" }, Timeout);

        await Should.ThrowAsync<BudgetExhaustedException>(() => budgets.AcquireAsync(new Spending(new Usage(1)) { Tenant = "acme" }, Timeout).AsTask());

        (await CatalogOf(host.Host).ListAsync(Timeout)).Select(budget => $"{budget.Name} {budget.Limits[0].Used}")
            .ShouldBe(["tenant:* 0", "tenant:acme 1", "tenant:umbrella 1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Shares_of_a_limit_are_told_once_each()
    {
        await using AgentTestHost host = await StartAsync("model:small", "10 requests/month");
        for (int call = 0; call < 10; call++)
        {
            await AcquireAsync(host.Host, new Usage(1));
        }

        List<CloudEvent> alerts = await host.ReadAsync(BudgetAlert.Channel, 3);

        var data = new EventDataSerializer(new EventDataOptions());
        alerts.Select(alert => data.Read<BudgetAlert>(alert)!.Share).ShouldBe([0.5m, 0.8m, 1m]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Clocks_of_processes_that_keep_a_budget_one_after_the_other_need_not_agree()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Define("model:small", "5 requests/hour"), new SkewedTime(TimeSpan.FromHours(-3)));
        for (int call = 0; call < 5; call++)
        {
            await AcquireAsync(host.Host, new Usage(1));
        }

        await host.StopAsync();
        int written = (int)(await host.Broker.Topics.FindAsync("budgets.state", Timeout))!.Partitions.Sum(partition => partition.LatestOffset);

        // By its calendar six hours have passed.
        await host.RunAsync(Define("model:small", "5 requests/hour"), new SkewedTime(TimeSpan.FromHours(3)));
        using var enough = new CancellationTokenSource();
        Task waiting = BudgetsOf(host.Host).AcquireAsync(SpendingOf(new Usage(1)), enough.Token).AsTask();
        await host.ReadRecordsAsync("budgets.state", written + 1);

        BudgetStatus status = (await CatalogOf(host.Host).FindAsync("model:small", Timeout))!;
        await enough.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        status.Limits.ShouldHaveSingleItem().Used.ShouldBe(5);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_dies_leaves_as_spent_what_it_had_leased_and_others_go_on()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Define("model:small", "100 requests/day"));
        await host.RunAsync(Define("model:small", "100 requests/day"));
        for (int call = 0; call < 10; call++)
        {
            await AcquireAsync(host.Host, new Usage(1));
        }

        await host.KillAsync();
        int spent = 10;
        await Should.ThrowAsync<BudgetExhaustedException>(async () =>
        {
            while (true)
            {
                await AcquireAsync(host.Host, new Usage(1));
                spent++;
            }
        });

        spent.ShouldBeInRange(90, 100);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_is_refused_and_is_spent_is_measured()
    {
        using var measured = new Measurements("ganglion.budget", "model:measured");
        await using AgentTestHost host = await StartAsync("model:measured", "2 requests/day", "1 requests/hour");
        IBudgets budgets = BudgetsOf(host.Host);
        await budgets.AcquireAsync(new Spending(new Usage(1)) { Model = "measured" }, Timeout);
        using var enough = new CancellationTokenSource();
        Task waiting = budgets.AcquireAsync(new Spending(new Usage(1)) { Model = "measured" }, enough.Token).AsTask();
        await Should.ThrowAsync<BudgetExhaustedException>(() => budgets.AcquireAsync(new Spending(new Usage(2)) { Model = "measured" }, Timeout).AsTask());

        measured.Observe();
        await enough.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);

        measured.Of("ganglion.budget.waiting").Last().Value.ShouldBe(1);
        Last("ganglion.budget.used").ShouldBe([("requests/day", 1), ("requests/hour", 1)]);
        Last("ganglion.budget.limit").ShouldBe([("requests/day", 2), ("requests/hour", 1)]);
        measured.Of("ganglion.budget.refused").ShouldHaveSingleItem().Tags["error.type"].ShouldBe("budget-too-small");

        IEnumerable<(string, double)> Last(string instrument) =>
            measured.Of(instrument).Select(one => ((string)one.Tags["ganglion.budget.kind"]!, one.Value)).TakeLast(2).Order();
    }

    [Fact]
    public async Task What_is_wrong_with_configured_budgets_is_told_together()
    {
        await using var host = new AgentTestHost();

        BudgetException wrong = await Should.ThrowAsync<BudgetException>(() => host.RunAsync(
            ganglion => ganglion.AddBudgets(),
            configuration: new Dictionary<string, string?>
            {
                ["Ganglion:Budgets:modell:small:Limits"] = "5 requests/day",
                ["Ganglion:Budgets:tenant:acme:Limits"] = "5 apples/day, 0 money/day",
                ["Ganglion:Budgets:all:Limits"] = "5 requests/day, 6 requests/day",
                ["Ganglion:Budgets:tier:free:Limits"] = "5 requests/day",
                ["Ganglion:Budgets:tier:free:DowngradeAt"] = "1.5",
                ["Ganglion:Budgets:tier:free:MaxWait"] = "1",
            }));

        wrong.Code.ShouldBe("budget-malformed");
        foreach (string part in (string[])["'modell:small'", "'5 apples/day'", "'0 money/day'", "Ganglion:Budgets:all has the limits", "DowngradeAt is 1.5", "MaxWait means nothing"])
        {
            wrong.Message.ShouldContain(part);
        }
    }

    private static Action<GanglionBuilder> Define(string name, params string[] limits) =>
        ganglion => ganglion.AddBudgets(budgets => budgets.Add(name, limits));

    private static Dictionary<string, string?> Configured(string limits) => new() { ["Ganglion:Budgets:model:small:Limits"] = limits };

    private static Task<AgentTestHost> StartAsync(string name, params string[] limits) => AgentTestHost.StartAsync(Define(name, limits));

    private static IBudgets BudgetsOf(IHost host) => host.Services.GetRequiredService<IBudgets>();

    private static BudgetCatalog CatalogOf(IHost host) => host.Services.GetRequiredService<BudgetCatalog>();

    private static Spending SpendingOf(Usage usage) => new(usage) { Model = "small" };

    private static Task<Reservation> AcquireAsync(IHost host, Usage usage) => BudgetsOf(host).AcquireAsync(SpendingOf(usage), Timeout).AsTask();

    /// <summary>A calendar that is wrong; time passes as it does.</summary>
    private sealed class SkewedTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
