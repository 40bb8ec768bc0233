namespace Ganglion.Budgets;

/// <summary>What was spent within a limit.</summary>
internal sealed class LimitAccount
{
    /// <summary>In how many slots a time that slides is divided: what was spent is forgotten by the slot.</summary>
    public const int SlotsPerWindow = 128;

    /// <summary>All that counts now.</summary>
    public decimal Used { get; set; }

    /// <summary>Of a time that slides: the number of the first slot.</summary>
    public long FirstSlot { get; set; }

    /// <summary>Of a time that slides: what counts in each slot.</summary>
    public List<decimal> Slots { get; set; } = [];

    /// <summary>Of a period of the calendar: when it began, as the calendar has it.</summary>
    public DateTimeOffset Began { get; set; }

    /// <summary>Of a period of the calendar: when it began, in the time of the ledger.</summary>
    public long BeganAt { get; set; }

    /// <summary>Of which share of the limit was told already that it is spent.</summary>
    public decimal Alerted { get; set; }

    /// <summary>Forgets what counts no more.</summary>
    public void Forget(BudgetLimit limit, long now, DateTimeOffset utc)
    {
        if (limit.Period != BudgetPeriod.Window)
        {
            DateTimeOffset began = limit.Period switch
            {
                BudgetPeriod.Day => new DateTimeOffset(utc.Date, TimeSpan.Zero),
                BudgetPeriod.Month => new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero),
                _ => default,
            };
            if (began > Began)
            {
                (Began, BeganAt, Used, Alerted) = (began, now, 0, 0);
            }

            return;
        }

        long oldest = SlotOf(limit, now - (long)limit.Window.TotalMilliseconds);
        int gone = (int)Math.Clamp(oldest - FirstSlot, 0, Slots.Count);
        Used -= Slots.Take(gone).Sum();
        Slots.RemoveRange(0, gone);
        FirstSlot = Math.Max(FirstSlot, oldest);
    }

    /// <summary>Counts what is spent, or takes it back.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="at">When it is spent at the latest, in the time of the ledger.</param>
    /// <param name="amount">How much; negative: it is taken back, as far as it still counts.</param>
    public void Add(BudgetLimit limit, long at, decimal amount)
    {
        if (limit.Period != BudgetPeriod.Window)
        {
            // What was granted in the period before is forgotten with it.
            if (amount > 0 || at >= BeganAt)
            {
                Used = Math.Max(0, Used + amount);
            }

            return;
        }

        long slot = SlotOf(limit, at);
        if (amount < 0 && (slot < FirstSlot || slot - FirstSlot >= Slots.Count))
        {
            return;
        }

        int index = (int)Math.Max(0, slot - FirstSlot);
        while (Slots.Count <= index)
        {
            Slots.Add(0);
        }

        decimal change = Math.Max(amount, -Slots[index]);
        Slots[index] += change;
        Used += change;
    }

    /// <summary>After how many milliseconds so much is forgotten; null if it is not, by waiting.</summary>
    public long? WhenFreed(BudgetLimit limit, decimal amount, long now)
    {
        decimal freed = 0;
        for (int index = 0; limit.Period == BudgetPeriod.Window && index < Slots.Count; index++)
        {
            freed += Slots[index];
            if (freed >= amount)
            {
                return ((FirstSlot + index + 1) * GrainOf(limit)) + (long)limit.Window.TotalMilliseconds - now;
            }
        }

        return null;
    }

    private static long GrainOf(BudgetLimit limit) => Math.Max(1, (long)limit.Window.TotalMilliseconds / SlotsPerWindow);

    private static long SlotOf(BudgetLimit limit, long at) => Math.Max(0, at) / GrainOf(limit);
}
