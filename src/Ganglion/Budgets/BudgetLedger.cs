namespace Ganglion.Budgets;

/// <summary>
/// Leases of one budget, so that never more is spent than its limits allow, however many lease of it and whoever of them dies. It has a time of
/// its own, which goes on as the clock of its keeper does and stands still from one keeper to the next: no two clocks are ever compared.
/// </summary>
/// <remarks>
/// What is leased counts as spent from the moment on at which it is granted, as if it were spent at the end of the lease. So in a limit of a time that slides
/// it is forgotten that time after the last moment at which it can have been spent. What was not spent is taken back when the lessee says so.
/// </remarks>
/// <param name="definition">The limits.</param>
/// <param name="state">What it remembers; changed in place.</param>
internal sealed class BudgetLedger(BudgetDefinition definition, LedgerState state)
{
    /// <summary>For how long a lease of a budget lasts that has no limit of a time that slides.</summary>
    private const long LongestLease = 2_000;

    private const long ShortestLease = 50;

    /// <summary>How many times as long a lease lasts as the way of its message there and back takes.</summary>
    private const int RoundTrips = 4;

    /// <summary>How late what was not spent of a lease may come back, until it is held to be spent.</summary>
    private const long Grace = 1_000;

    /// <summary>After how long at most somebody who waits asks again: limits may have been raised, or somebody may have spent less than he leased.</summary>
    private const long LongestRetry = 5_000;

    private const long ShortestRetry = 10;

    /// <summary>After how long who is not heard of is forgotten.</summary>
    private const long Forgotten = 3_600_000;

    private static readonly decimal[] AlertShares = [0.5m, 0.8m, 1m];

    private bool HasWindow => definition.Limits.Any(limit => limit.Period == BudgetPeriod.Window);

    /// <summary>For how long its leases last: so short a part of each time that slides that hardly anything of it is lost.</summary>
    private long LeaseMilliseconds => HasWindow
        ? Math.Clamp(
            definition.Limits.Where(limit => limit.Period == BudgetPeriod.Window).Min(limit => (long)limit.Window.TotalMilliseconds) / (2 * LimitAccount.SlotsPerWindow),
            ShortestLease,
            LongestLease)
        : LongestLease;

    /// <summary>Answers a message of a process.</summary>
    public LeaseAnswer Handle(LeaseRequest request, LedgerMoment moment)
    {
        Advance(moment);
        if (!state.Lessees.TryGetValue(request.Lessee, out LesseeAccount? lessee))
        {
            state.Lessees[request.Lessee] = lessee = new LesseeAccount();
        }

        lessee.Heard = state.Now;
        if (request.Number <= lessee.Number && lessee.Answer is { } answered)
        {
            return answered;
        }

        foreach (LeaseCorrection correction in request.Corrections)
        {
            Count(correction.Change, correction.Stamp);
        }

        lessee.Number = request.Number;
        if (!request.HoldsLease || lessee.OpenUntil <= state.Now + Grace)
        {
            lessee.Open = default;
        }

        lessee.WaitingUntil = 0;
        LeaseAnswer answer = request.Demand is { } demand ? Grant(lessee, demand, request.RoundTripMilliseconds) : new LeaseAnswer(0, 0, default);
        return lessee.Answer = answer with { Uses = Uses() };
    }

    /// <summary>How much of each limit is spent or leased out at a moment.</summary>
    public IReadOnlyList<LimitUse> Look(LedgerMoment moment)
    {
        Advance(moment);
        return Uses();
    }

    /// <summary>Which shares of limits of the calendar have been reached that were not told of yet: the largest of each.</summary>
    public IReadOnlyList<(BudgetLimit Limit, decimal Used, decimal Share)> TakeAlerts()
    {
        var alerts = new List<(BudgetLimit, decimal, decimal)>();
        foreach (BudgetLimit limit in definition.Limits.Where(limit => limit.Period != BudgetPeriod.Window))
        {
            LimitAccount account = AccountOf(limit);
            decimal share = AlertShares.LastOrDefault(share => account.Used >= share * limit.Amount);
            if (share > account.Alerted)
            {
                account.Alerted = share;
                alerts.Add((limit, account.Used, share));
            }
        }

        return alerts;
    }

    private void Advance(LedgerMoment moment)
    {
        // From one keeper to the next it stands still: how long that took is not known, and too little is granted rather than too much.
        if (state.Keeper == moment.Keeper)
        {
            state.Now += Math.Max(0, moment.Milliseconds - state.KeeperMilliseconds);
        }

        (state.Keeper, state.KeeperMilliseconds) = (moment.Keeper, moment.Milliseconds);
        state.Utc = moment.Utc > state.Utc ? moment.Utc : state.Utc;
        foreach (BudgetLimit limit in definition.Limits)
        {
            AccountOf(limit).Forget(limit, state.Now, state.Utc);
        }

        foreach (string kind in state.Accounts.Keys.Except(definition.Limits.Select(limit => limit.Kind)).ToArray())
        {
            state.Accounts.Remove(kind);
        }

        foreach (string gone in state.Lessees.Where(one => state.Now - one.Value.Heard > Forgotten).Select(one => one.Key).ToArray())
        {
            state.Lessees.Remove(gone);
        }
    }

    private LeaseAnswer Grant(LesseeAccount lessee, LeaseDemand demand, long roundTrip)
    {
        if (definition.Limits.FirstOrDefault(limit => demand.First[limit.Measure] > limit.Amount) is { } tooSmall)
        {
            return new LeaseAnswer(0, 0, default) { Refused = tooSmall.ToString(), Left = tooSmall.Amount, IsTooLarge = true };
        }

        long due = state.Now + demand.DueMilliseconds;
        Usage granted = demand.All;
        long retry = 0;
        foreach (BudgetLimit limit in definition.Limits)
        {
            decimal first = demand.First[limit.Measure];
            decimal free = limit.Amount - AccountOf(limit).Used;
            decimal before = Ahead(lessee, limit.Measure, due, whoeverIsAfter: false);
            if (first > 0 && free - before < first)
            {
                long? freed = WhenFree(limit, first, free, before);
                if (freed is null)
                {
                    return new LeaseAnswer(0, 0, default) { Refused = limit.ToString(), Left = Math.Max(0, free) };
                }

                retry = Math.Max(retry, Math.Clamp(freed.Value, ShortestRetry, LongestRetry));
            }

            // What is not as urgent gets what all others leave.
            decimal urgent = Math.Min(demand.Urgent[limit.Measure], free - before);
            decimal all = Math.Min(demand.All[limit.Measure], free - Ahead(lessee, limit.Measure, due, whoeverIsAfter: true));
            decimal most = Math.Max(Math.Min(Math.Max(urgent, all), PortionOf(limit)), first);
            granted = granted.With(limit.Measure, Math.Min(granted[limit.Measure], most));
        }

        if (retry > 0)
        {
            lessee.Waiting = Usage.Max(demand.First, definition.Limits.Aggregate(
                demand.Urgent, (most, limit) => most.With(limit.Measure, Math.Min(most[limit.Measure], PortionOf(limit)))));
            lessee.Due = due;
            lessee.WaitingUntil = state.Now + retry + Grace;
            return new LeaseAnswer(0, 0, default) { RetryMilliseconds = retry };
        }

        long length = Math.Clamp(RoundTrips * roundTrip, LeaseMilliseconds, LongestLease);
        long stamp = state.Now + length;
        string? downgrade = DowngradeBehind();
        Count(granted, stamp);
        lessee.Open = granted;
        lessee.OpenUntil = stamp + Grace;
        return new LeaseAnswer(length, stamp, granted) { Downgrade = downgrade };
    }

    // No lease is a large part of a limit: all come to their turns, and not much is lost with one who dies.
    private static decimal PortionOf(BudgetLimit limit) => limit.Amount / (limit.Period == BudgetPeriod.Window ? 20 : 100);

    // What is kept for others who wait.
    private decimal Ahead(LesseeAccount lessee, BudgetMeasure measure, long due, bool whoeverIsAfter) => state.Lessees.Values
        .Where(other => other != lessee && other.WaitingUntil > state.Now && (whoeverIsAfter || other.Due < due))
        .Sum(other => other.Waiting[measure]);

    // Null: not by waiting.
    private long? WhenFree(BudgetLimit limit, decimal first, decimal free, decimal before)
    {
        LesseeAccount[] open = [.. state.Lessees.Values.Where(other => other.OpenUntil > state.Now && other.Open[limit.Measure] > 0)];
        if (limit.Period != BudgetPeriod.Window && free + open.Sum(other => other.Open[limit.Measure]) < first)
        {
            return null;
        }

        long? freed = AccountOf(limit).WhenFreed(limit, first + before - free, state.Now);
        long? back = open.Length == 0 ? null : open.Min(other => Math.Max(ShortestRetry, other.OpenUntil - Grace - state.Now));
        return freed is null && back is null ? ShortestLease : Math.Min(freed ?? long.MaxValue, back ?? long.MaxValue);
    }

    private string? DowngradeBehind() => definition.DowngradeAt == 1
        ? null
        : definition.Limits.FirstOrDefault(limit => limit is { Measure: BudgetMeasure.Money, Period: not BudgetPeriod.Window }
            && AccountOf(limit).Used >= limit.Amount * definition.DowngradeAt)?.ToString();

    private void Count(Usage usage, long stamp)
    {
        foreach (BudgetLimit limit in definition.Limits)
        {
            decimal amount = usage[limit.Measure];
            if (amount != 0)
            {
                AccountOf(limit).Add(limit, amount > 0 ? Math.Max(stamp, state.Now) : stamp, amount);
            }
        }
    }

    private LimitAccount AccountOf(BudgetLimit limit)
    {
        if (!state.Accounts.TryGetValue(limit.Kind, out LimitAccount? account))
        {
            state.Accounts[limit.Kind] = account = new LimitAccount();
            account.Forget(limit, state.Now, state.Utc);
        }

        return account;
    }

    private LimitUse[] Uses() => [.. definition.Limits.Select(limit => new LimitUse(limit.ToString(), AccountOf(limit).Used))];
}
