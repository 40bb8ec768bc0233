using System.Text.Json;
using Ganglion.Budgets;

namespace Ganglion.Tests.Budgets;

public sealed class BudgetLedgerTests
{
    private const string Keeper = "a";

    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Spending by lessees that are slow, die, come back with what they have not spent, and of which the messages come twice; kept by changing keepers.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void No_more_is_ever_spent_in_a_time_that_slides_than_its_limit(int seed)
    {
        var random = new Random(seed);
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("100 requests/00:00:10"), BudgetLimit.Parse("5000 tokens/00:00:10")]);
        var state = new LedgerState();
        var spent = new List<(long At, Usage Usage)>();
        var lessees = Enumerable.Range(0, 5).Select(number => new SimulatedLessee($"{number}")).ToArray();
        (string keeper, long offset) = ("keeper 0", 0);
        for (long now = 0; now < 60_000; now += random.Next(1, 20))
        {
            if (random.Next(500) == 0)
            {
                // Another process takes over, whose clock has nothing to do with that of the one before.
                (keeper, offset) = ($"keeper {now}", random.Next(1_000_000));
                state = JsonSerializer.Deserialize<LedgerState>(JsonSerializer.Serialize(state))!;
            }

            SimulatedLessee lessee = lessees[random.Next(lessees.Length)];
            lessee.Step(now, random, spent, request =>
            {
                var ledger = new BudgetLedger(definition, state);
                var moment = new LedgerMoment(keeper, offset + now, Noon);
                LeaseAnswer answer = ledger.Handle(request, moment);
                return random.Next(10) == 0 ? ledger.Handle(request, moment) : answer;
            });
        }

        MostInAnyTime(spent, 10_000).FitsInto(new Usage(100, 5000)).ShouldBeTrue();
        spent.Count.ShouldBeGreaterThan(150, "It is hardly used.");
    }

    [Fact]
    public void Who_takes_all_that_there_is_gets_all_but_a_hundredth_of_a_limit_in_every_minute()
    {
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("6000 requests/minute")]);
        var state = new LedgerState();
        var spent = new List<(long At, Usage Usage)>();
        var retry = new long[4];
        long number = 0;
        for (long now = 0; now < 600_000; now += 5)
        {
            for (int lessee = 0; lessee < retry.Length; lessee++)
            {
                if (now >= retry[lessee])
                {
                    LeaseAnswer answer = Ask(definition, state, now, new Usage(1), new Usage(1000), $"{lessee}", ++number);
                    retry[lessee] = now + answer.RetryMilliseconds;
                    spent.Add((now, answer.Granted));
                }
            }
        }

        MostInAnyTime(spent, 60_000).Requests.ShouldBe(6000);
        decimal perMinute = spent.Sum(one => one.Usage.Requests) / 10m;
        perMinute.ShouldBeInRange(6000 * 0.99m, 6000 * 1.0001m + 60);
    }

    [Fact]
    public void What_is_not_brought_back_comes_free_by_itself_in_a_time_that_slides_and_not_in_a_day()
    {
        var sliding = new BudgetDefinition("all", [BudgetLimit.Parse("10 requests/minute")]);
        var daily = new BudgetDefinition("all", [BudgetLimit.Parse("10 requests/day")]);
        LedgerState slidingState = new(), dailyState = new();
        Ask(sliding, slidingState, 0, new Usage(10), new Usage(10), "dies");
        Ask(daily, dailyState, 0, new Usage(10), new Usage(10), "dies");

        Ask(sliding, slidingState, 60_000, new Usage(1), new Usage(1), "lives").Granted.ShouldBe(default);
        Ask(sliding, slidingState, 61_000, new Usage(1), new Usage(1), "lives", 2).Granted.ShouldBe(new Usage(1));
        Ask(daily, dailyState, 61_000, new Usage(1), new Usage(1), "lives").Refused.ShouldBe("10 requests/day");
        new BudgetLedger(daily, dailyState).Look(new LedgerMoment(Keeper, 70_000, Noon.AddHours(12))).ShouldBe([new LimitUse("10 requests/day", 0)]);
    }

    [Fact]
    public void A_calendar_that_is_set_back_begins_no_period_again()
    {
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("10 requests/day")]);
        var state = new LedgerState();
        var ledger = new BudgetLedger(definition, state);
        ledger.Handle(RequestOf("one", 1, new Usage(10), new Usage(10)), new LedgerMoment("a", 0, Noon));
        ledger.Look(new LedgerMoment("b", 5, Noon.AddDays(-1)))[0].Used.ShouldBe(10);
        ledger.Look(new LedgerMoment("a", 5, Noon))[0].Used.ShouldBe(10);
        ledger.Look(new LedgerMoment("a", 6, Noon.AddDays(1)))[0].Used.ShouldBe(0);
    }

    [Fact]
    public void What_was_leased_in_the_day_before_is_not_brought_back_into_this_one()
    {
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("10 requests/day")]);
        var state = new LedgerState();
        var ledger = new BudgetLedger(definition, state);
        LeaseAnswer before = ledger.Handle(RequestOf("one", 1, new Usage(4), new Usage(4)), new LedgerMoment(Keeper, 0, Noon));
        ledger.Handle(RequestOf("two", 1, new Usage(3), new Usage(3)), new LedgerMoment(Keeper, 20_000, Noon.AddDays(1)));

        ledger.Handle(
            new LeaseRequest("one", 2) { Corrections = [new LeaseCorrection(before.Stamp, new Usage(-4))] },
            new LedgerMoment(Keeper, 20_001, Noon.AddDays(1)));

        ledger.Look(new LedgerMoment(Keeper, 20_002, Noon.AddDays(1)))[0].Used.ShouldBe(3);
    }

    [Fact]
    public void What_was_spent_above_what_was_leased_is_counted_too()
    {
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("100 tokens/minute")]);
        var state = new LedgerState();
        LeaseAnswer lease = Ask(definition, state, 0, new Usage(0, 60), new Usage(0, 60), "one");

        LeaseAnswer after = new BudgetLedger(definition, state).Handle(
            new LeaseRequest("one", 2) { Corrections = [new LeaseCorrection(lease.Stamp, new Usage(0, 70))], Demand = new LeaseDemand(new Usage(0, 1), new Usage(0, 1), new Usage(0, 1), 0) },
            new LedgerMoment(Keeper, 30_000, Noon));

        after.Uses.ShouldBe([new LimitUse("100 tokens/minute", 130)]);
        after.RetryMilliseconds.ShouldBePositive();
    }

    [Fact]
    public void Who_waits_for_long_comes_before_who_waits_for_a_short_time_and_what_is_not_urgent_comes_last()
    {
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("100 requests/00:00:10")]);
        var state = new LedgerState();
        Ask(definition, state, 0, new Usage(100), new Usage(100), "first");
        new BudgetLedger(definition, state).Handle(RequestOf("early", 1, new Usage(3), new Usage(3), due: 0), new LedgerMoment(Keeper, 10, Noon)).RetryMilliseconds.ShouldBePositive();
        new BudgetLedger(definition, state).Handle(RequestOf("batch", 1, new Usage(1), new Usage(50), due: 60_000), new LedgerMoment(Keeper, 20, Noon)).RetryMilliseconds.ShouldBePositive();

        // 4 come back: 3 are kept for who has waited.
        new BudgetLedger(definition, state).Handle(
            new LeaseRequest("first", 2) { Corrections = [new LeaseCorrection(50, new Usage(-4))] }, new LedgerMoment(Keeper, 30, Noon));
        LeaseAnswer batch = new BudgetLedger(definition, state).Handle(RequestOf("batch", 2, new Usage(1), new Usage(50), due: 59_990), new LedgerMoment(Keeper, 40, Noon));
        LeaseAnswer early = new BudgetLedger(definition, state).Handle(RequestOf("early", 2, new Usage(3), new Usage(3), due: -30), new LedgerMoment(Keeper, 50, Noon));

        batch.Granted.ShouldBe(new Usage(1));
        early.Granted.ShouldBe(new Usage(3));
    }

    [Fact]
    public void One_lease_is_no_large_part_of_a_limit_unless_one_call_needs_it()
    {
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("1000 requests/minute"), BudgetLimit.Parse("100 money/month")]);
        var state = new LedgerState();

        Ask(definition, state, 0, new Usage(1, 0, 0.1m), new Usage(900, 0, 90), "one").Granted.ShouldBe(new Usage(50, 0, 1));
        Ask(definition, state, 0, new Usage(100, 0, 10), new Usage(900, 0, 90), "two").Granted.ShouldBe(new Usage(100, 0, 10));
        Ask(definition, state, 0, new Usage(1001, 0, 10), new Usage(1001, 0, 10), "three").IsTooLarge.ShouldBeTrue();
    }

    [Fact]
    public void Nobody_is_refused_while_others_may_bring_back_what_they_have_leased()
    {
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("10 money/total")]);
        var state = new LedgerState();
        LeaseAnswer lease = Ask(definition, state, 0, new Usage(0, 0, 10), new Usage(0, 0, 10), "one");
        LeaseAnswer waits = Ask(definition, state, 1, new Usage(0, 0, 4), new Usage(0, 0, 4), "two");

        waits.Refused.ShouldBeNull();
        waits.RetryMilliseconds.ShouldBePositive();
        Ask(definition, state, lease.Milliseconds + 2_000, new Usage(0, 0, 4), new Usage(0, 0, 4), "two", 2).Refused.ShouldBe("10 money/total");
    }

    [Fact]
    public void Who_has_brought_back_what_he_had_keeps_nobody_waiting()
    {
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("10 money/total")]);
        var state = new LedgerState();
        Ask(definition, state, 0, new Usage(0, 0, 10), new Usage(0, 0, 10), "one");
        new BudgetLedger(definition, state).Handle(new LeaseRequest("one", 2) { HoldsLease = true }, new LedgerMoment(Keeper, 1, Noon));
        Ask(definition, state, 2, new Usage(0, 0, 4), new Usage(0, 0, 4), "two").Refused.ShouldBeNull();
        new BudgetLedger(definition, state).Handle(new LeaseRequest("one", 3), new LedgerMoment(Keeper, 3, Noon));

        Ask(definition, state, 4, new Usage(0, 0, 4), new Usage(0, 0, 4), "two", 2).Refused.ShouldBe("10 money/total");
    }

    [Fact]
    public void A_lease_lasts_as_long_as_messages_take()
    {
        var definition = new BudgetDefinition("all", [BudgetLimit.Parse("10 requests/second")]);

        Ask(definition, new LedgerState(), 0, new Usage(1), new Usage(1), "one").Milliseconds.ShouldBe(50);
        new BudgetLedger(definition, new LedgerState()).Handle(
            RequestOf("one", 1, new Usage(1), new Usage(1)) with { RoundTripMilliseconds = 100 }, new LedgerMoment(Keeper, 0, Noon)).Milliseconds.ShouldBe(400);
    }

    private static LeaseRequest RequestOf(string lessee, long number, Usage first, Usage all, long due = 0) =>
        new(lessee, number) { Demand = new LeaseDemand(first, all, all, due) };

    private static LeaseAnswer Ask(BudgetDefinition definition, LedgerState state, long now, Usage first, Usage all, string lessee, long number = 1) =>
        new BudgetLedger(definition, state).Handle(RequestOf(lessee, number, first, all), new LedgerMoment(Keeper, now, Noon));

    private static Usage MostInAnyTime(List<(long At, Usage Usage)> spent, long time)
    {
        Usage most = default, within = default;
        var recent = new Queue<(long At, Usage Usage)>();
        foreach ((long at, Usage usage) in spent.OrderBy(one => one.At))
        {
            recent.Enqueue((at, usage));
            within += usage;
            while (recent.Peek().At <= at - time)
            {
                within -= recent.Dequeue().Usage;
            }

            most = Usage.Max(most, within);
        }

        return most;
    }

    /// <summary>A process that leases, spends, and dies now and then.</summary>
    private sealed class SimulatedLessee(string name)
    {
        private int _life;
        private long _number;
        private (long Stamp, Usage Left, long Ends) _lease;
        private (long At, long Asked, LeaseAnswer Answer)? _coming;

        public void Step(long now, Random random, List<(long At, Usage Usage)> spent, Func<LeaseRequest, LeaseAnswer> ask)
        {
            if (random.Next(200) == 0)
            {
                // What it has is gone with it.
                _life++;
                (_number, _lease, _coming) = (0, default, null);
            }

            if (_coming is { } coming)
            {
                if (now >= coming.At)
                {
                    _coming = null;
                    _lease = (coming.Answer.Stamp, coming.Answer.Granted, coming.Asked + coming.Answer.Milliseconds);
                }

                return;
            }

            var need = new Usage(random.Next(1, 3), random.Next(0, 200));
            if (now < _lease.Ends && need.FitsInto(_lease.Left))
            {
                _lease.Left -= need;
                spent.Add((now, need));
                return;
            }

            LeaseCorrection[] back = _lease.Left == default ? [] : [new LeaseCorrection(_lease.Stamp, default(Usage) - _lease.Left)];
            _lease = default;
            long delay = random.Next(0, 40);
            LeaseAnswer answer = ask(new LeaseRequest($"{name}.{_life}", ++_number)
            {
                Corrections = back,
                Demand = new LeaseDemand(need, need, need + new Usage(random.Next(20), random.Next(1000)), random.Next(-100, 1000)),
            });
            _coming = (now + delay, now, answer);
        }
    }
}
