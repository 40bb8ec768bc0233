using Ganglion.Budgets;
using Ganglion.Tests.Telemetry;

namespace Ganglion.Tests.Budgets;

public sealed class LesseeTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task What_is_leased_is_spent_without_a_message()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "1000 requests/minute");

        // The first asks for what it needs alone, the next for as much as was spent.
        for (int call = 0; call < 200; call++)
        {
            await AcquireAsync(budgets);
        }

        budgets.Asked.Count.ShouldBeLessThan(15);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_concerns_no_budget_waits_for_nothing()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "tenant:acme", "1 requests/day");

        (await budgets.AcquireAsync(new Spending(new Usage(5)) { Tenant = "umbrella" }, Timeout)).Settle(new Usage(7));

        budgets.Asked.ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_call_needs_room_in_all_of_its_budgets()
    {
        await using var budgets = new LocalBudgets(
            _time, new BudgetDefinition("all", [BudgetLimit.Parse("100 requests/day")]), new BudgetDefinition("tenant:acme", [BudgetLimit.Parse("1 requests/day")]));
        await budgets.AcquireAsync(new Spending(new Usage(1)) { Tenant = "acme" }, Timeout);

        BudgetExhaustedException refused = await Should.ThrowAsync<BudgetExhaustedException>(
            () => budgets.AcquireAsync(new Spending(new Usage(1)) { Tenant = "acme" }, Timeout).AsTask());
        await budgets.AcquireAsync(new Spending(new Usage(1)) { Tenant = "umbrella" }, Timeout);

        refused.Budget.ShouldBe("tenant:acme");
        await budgets.Lessee.ReturnAsync(TimeSpan.FromHours(1));
        budgets.Used("all").ShouldBe([2]);
        budgets.Used("tenant:acme").ShouldBe([1]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_waits_goes_on_when_the_time_has_slid()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "2 requests/minute");
        await AcquireAsync(budgets);
        await AcquireAsync(budgets);
        Task<Reservation> third = AcquireAsync(budgets);
        await AdvanceAsync(budgets, TimeSpan.FromSeconds(60), () => third.IsCompleted);
        bool early = third.IsCompleted;

        await AdvanceAsync(budgets, TimeSpan.FromSeconds(2), () => third.IsCompleted);

        early.ShouldBeFalse();
        await third;
    }

    [Fact(Timeout = 20_000)]
    public async Task The_urgent_come_first_and_who_has_waited_for_long_before_them()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "1 requests/minute");
        await AcquireAsync(budgets);
        Task<Reservation> oldBatch = AcquireAsync(budgets, Urgency.Batch);
        await AdvanceAsync(budgets, TimeSpan.FromSeconds(55), () => false);
        Task<Reservation> normal = AcquireAsync(budgets);
        Task<Reservation> batch = AcquireAsync(budgets, Urgency.Batch);
        Task<Reservation> interactive = AcquireAsync(budgets, Urgency.Interactive);
        List<Task<Reservation>> waiting = [oldBatch, normal, batch, interactive];
        var order = new List<Task<Reservation>>();

        // There is room for one more in each minute and a bit.
        for (int seconds = 7; waiting.Count > 0; seconds = 61)
        {
            await AdvanceAsync(budgets, TimeSpan.FromSeconds(seconds), () => false);
            Task<Reservation> next = await Task.WhenAny(waiting);
            waiting.Remove(next);
            order.Add(next);
        }

        order.ShouldBe([interactive, oldBatch, normal, batch]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Of_too_many_who_wait_the_one_with_least_hope_is_refused()
    {
        await using var budgets = new LocalBudgets(_time, new BudgetDefinition("all", [BudgetLimit.Parse("1 requests/minute")]) { MaxWaiting = 2 });
        await AcquireAsync(budgets);
        Task<Reservation> normal = AcquireAsync(budgets);
        Task<Reservation> batch = AcquireAsync(budgets, Urgency.Batch);

        BudgetExhaustedException late = await Should.ThrowAsync<BudgetExhaustedException>(() => AcquireAsync(budgets, Urgency.Batch));
        Task<Reservation> interactive = AcquireAsync(budgets, Urgency.Interactive);
        BudgetExhaustedException displaced = await Should.ThrowAsync<BudgetExhaustedException>(() => batch);

        late.Code.ShouldBe("budget-queue-full");
        displaced.Code.ShouldBe("budget-queue-full");
        await AdvanceAsync(budgets, TimeSpan.FromMinutes(3), () => normal.IsCompleted && interactive.IsCompleted);
        await Task.WhenAll(normal, interactive);
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_gives_up_takes_no_room()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "2 requests/minute");
        await AcquireAsync(budgets);
        using var given = new CancellationTokenSource();
        Task<Reservation> large = budgets.AcquireAsync(new Spending(new Usage(2)), given.Token).AsTask();
        Task<Reservation> small = AcquireAsync(budgets);
        bool behind = small.IsCompleted;

        await given.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => large);
        await AdvanceAsync(budgets, TimeSpan.FromSeconds(6), () => small.IsCompleted);
        await small;
        behind.ShouldBeFalse("Nobody overtakes who waits for more.");
    }

    [Fact(Timeout = 20_000)]
    public async Task What_was_not_spent_is_free_for_others_when_the_lease_is_over()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "100 tokens/day");
        Lessee other = budgets.Join();
        Reservation reservation = await budgets.AcquireAsync(new Spending(new Usage(0, 80)), Timeout);
        Task<Reservation> waits = other.AcquireAsync(new Spending(new Usage(0, 60)), Timeout).AsTask();
        await WhenAsync(() => budgets.Asked.Count == 2);

        reservation.Settle(new Usage(0, 30));

        await AdvanceAsync(budgets, TimeSpan.FromSeconds(10), () => waits.IsCompleted);
        (await waits).Reserved.ShouldBe(new Usage(0, 60));
        budgets.Used("all").ShouldBe([90]);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_was_settled_above_what_was_reserved_counts()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "100 tokens/day");
        Reservation reservation = await budgets.AcquireAsync(new Spending(new Usage(0, 80)), Timeout);

        reservation.Settle(new Usage(0, 95));
        reservation.Settle(new Usage(0, 1));
        reservation.Dispose();

        await budgets.Lessee.ReturnAsync(TimeSpan.FromHours(1));
        budgets.Used("all").ShouldBe([95]);
        await Should.ThrowAsync<BudgetExhaustedException>(() => budgets.AcquireAsync(new Spending(new Usage(0, 6)), Timeout).AsTask());
    }

    [Fact(Timeout = 20_000)]
    public async Task A_reservation_that_is_extended_is_settled_as_one()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "100 tokens/day");
        Reservation reservation = await budgets.AcquireAsync(new Spending(new Usage(0, 10)), Timeout);
        await reservation.ExtendAsync(new Usage(0, 20), Timeout);
        await reservation.ExtendAsync(new Usage(0, 30), Timeout);
        Usage reserved = reservation.Reserved;
        await Should.ThrowAsync<BudgetExhaustedException>(() => reservation.ExtendAsync(new Usage(0, 41), Timeout).AsTask());
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => reservation.ExtendAsync(new Usage(0, -5), Timeout).AsTask());

        reservation.Settle(new Usage(0, 5));

        reserved.ShouldBe(new Usage(0, 60));
        await Should.ThrowAsync<InvalidOperationException>(() => reservation.ExtendAsync(new Usage(0, 1), Timeout).AsTask());
        await budgets.Lessee.ReturnAsync(TimeSpan.FromHours(1));
        budgets.Used("all").ShouldBe([5]);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_is_on_its_way_when_all_is_to_be_brought_back_is_brought_back_too()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "1000 requests/day");
        await AcquireAsync(budgets);
        var answered = new TaskCompletionSource();
        budgets.OnAsked = _ => answered.Task;
        Task<Reservation> second = AcquireAsync(budgets);

        Task returned = budgets.Lessee.ReturnAsync(TimeSpan.FromHours(1));
        answered.SetResult();
        await second;
        await returned;

        budgets.Used("all").ShouldBe([2]);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_answer_that_is_lost_is_asked_for_again_and_granted_once()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "10 requests/day");
        int lost = 2;
        budgets.OnAsked = _ => lost-- > 0 ? throw new TimeoutException("lost") : Task.CompletedTask;
        Task<Reservation> acquired = AcquireAsync(budgets);

        for (int attempt = 0; attempt < 2; attempt++)
        {
            await _time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await acquired;

        await budgets.Lessee.ReturnAsync(TimeSpan.FromHours(1));
        budgets.Used("all").ShouldBe([1]);
        budgets.Asked.Take(3).Select(request => request.Number).Distinct().ShouldHaveSingleItem();
    }

    [Fact(Timeout = 20_000)]
    public async Task Messages_that_take_longer_than_a_lease_lengthen_it()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "10 requests/second");
        budgets.OnAsked = _ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            return Task.CompletedTask;
        };

        await AcquireAsync(budgets).WaitAsync(TimeSpan.FromSeconds(30), Timeout);

        budgets.Asked.Count.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_limit_that_is_raised_lets_go_on_who_waits()
    {
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "all", "1 requests/hour");
        await AcquireAsync(budgets);
        Task<Reservation> waits = AcquireAsync(budgets);
        await WhenAsync(() => budgets.Asked.Count == 2);

        budgets.Set(new BudgetDefinition("all", [BudgetLimit.Parse("2 requests/hour")]));

        await waits;
    }

    [Fact(Timeout = 20_000)]
    public async Task A_budget_that_nobody_uses_any_more_is_forgotten_and_settled_all_the_same()
    {
        using var measured = new Measurements("ganglion.budget", "tenant:idle");
        await using LocalBudgets budgets = LocalBudgets.Of(_time, "tenant:idle", "100 tokens/day");
        Reservation reservation = await budgets.AcquireAsync(new Spending(new Usage(0, 80)) { Tenant = "idle" }, Timeout);
        await Should.ThrowAsync<BudgetExhaustedException>(() => budgets.AcquireAsync(new Spending(new Usage(0, 70)) { Tenant = "idle" }, Timeout).AsTask());
        await Should.ThrowAsync<BudgetExhaustedException>(() => budgets.AcquireAsync(new Spending(new Usage(0, 700)) { Tenant = "idle" }, Timeout).AsTask());
        measured.Observe();
        int before = measured.Of("ganglion.budget.waiting").Count();

        await AdvanceAsync(budgets, TimeSpan.FromSeconds(10), () => false);
        measured.Observe();
        int after = measured.Of("ganglion.budget.waiting").Count();
        reservation.Settle(new Usage(0, 30));
        await AdvanceAsync(budgets, TimeSpan.FromSeconds(10), () => false);
        measured.Observe();

        (before, after, measured.Of("ganglion.budget.waiting").Count()).ShouldBe((1, 1, 1));
        budgets.Used("tenant:idle").ShouldBe([30]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_waits_when_the_host_stops_is_told()
    {
        LocalBudgets budgets = LocalBudgets.Of(_time, "all", "1 requests/hour");
        await AcquireAsync(budgets);
        Task<Reservation> waits = AcquireAsync(budgets);

        await budgets.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => waits);
        await Should.ThrowAsync<ObjectDisposedException>(() => AcquireAsync(budgets));
    }

    [Fact(Timeout = 60_000)]
    public async Task Calls_that_need_two_budgets_which_are_both_short_get_nearly_all_that_there_is()
    {
        await using var budgets = new LocalBudgets(
            _time, new BudgetDefinition("all", [BudgetLimit.Parse("300 requests/minute")]), new BudgetDefinition("tenant:acme", [BudgetLimit.Parse("300 requests/minute")]));
        Lessee[] lessees = [budgets.Lessee, budgets.Join(), budgets.Join()];
        using var enough = new CancellationTokenSource();
        int spent = 0;
        Task spending = Task.WhenAll(lessees.SelectMany(lessee => Enumerable.Range(0, 10).Select(_ => SpendAsync(lessee))));

        for (TimeSpan passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(3); passed += TimeSpan.FromMilliseconds(50))
        {
            // Whoever had room has spent it, and all wait again.
            await WhenAsync(() => lessees.Sum(lessee => lessee.Waiting) == 30);
            await budgets.WhenAnsweredAsync();
            await WhenAsync(() => lessees.Sum(lessee => lessee.Waiting) == 30);
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        int afterThreeMinutes = spent;
        await enough.CancelAsync();
        await spending;

        // At the beginning of each minute, which is a little longer, there is room for 300.
        afterThreeMinutes.ShouldBeInRange(800, 900);

        async Task SpendAsync(Lessee lessee)
        {
            try
            {
                while (true)
                {
                    await lessee.AcquireAsync(new Spending(new Usage(1)) { Tenant = "acme" }, enough.Token);
                    Interlocked.Increment(ref spent);
                }
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    private static Task<Reservation> AcquireAsync(LocalBudgets budgets, Urgency urgency = Urgency.Normal) =>
        budgets.AcquireAsync(new Spending(new Usage(1)) { Urgency = urgency }, Timeout).AsTask();

    private async Task AdvanceAsync(LocalBudgets budgets, TimeSpan time, Func<bool> until)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(50);
        for (TimeSpan passed = TimeSpan.Zero; passed < time && !until(); passed += step)
        {
            await budgets.WhenAnsweredAsync();
            _time.Advance(step);
            await budgets.WhenAnsweredAsync();
        }
    }

    private static async Task WhenAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), Timeout);
        }
    }
}
