namespace Ganglion.Budgets;

/// <summary>What a process has of a budget, and what it has to tell it. Used under the lock of its <see cref="Lessee"/> only.</summary>
internal sealed class LeasedBudget(BudgetDefinition definition, ITimer timer) : IDisposable
{
    private readonly Dictionary<long, Usage> _corrections = [];
    private Usage _spentRecently;
    private long _scheduled = long.MaxValue;

    public string Name => Definition.Name;

    public BudgetDefinition Definition { get; set; } = definition;

    /// <summary>What can be spent now; null: nothing.</summary>
    public Lease? Lease { get; private set; }

    /// <summary>Whether a message is under way.</summary>
    public bool IsAsking { get; set; }

    /// <summary>How long the last message was under way, there and back.</summary>
    public long RoundTrip { get; set; }

    /// <summary>Not to be asked for room before, by the steady clock.</summary>
    public long RetryAt { get; set; }

    /// <summary>When it is to be told what there is to tell.</summary>
    public long FlushAt { get; private set; } = long.MaxValue;

    /// <summary>Until when it is known that nothing is to be had, and why.</summary>
    public (long Until, LeaseAnswer Answer)? Refusal { get; set; }

    /// <summary>Who waits for room in it.</summary>
    public SortedSet<Waiter> Waiting { get; } = new(Waiter.Order);

    /// <summary>How much of each limit is spent, as was told last.</summary>
    public IReadOnlyList<LimitUse> Uses { get; set; } = [];

    public bool IsIdle => Lease is null && !IsAsking && Refusal is null && _corrections.Count == 0 && Waiting.Count == 0;

    public bool HasRoom(Usage need, long now) => Lease is { } lease && now < lease.Ends && Of(need).FitsInto(lease.Left);

    public ReservedPart Take(Usage need)
    {
        Usage taken = Of(need);
        Lease!.Left -= taken;
        _spentRecently += taken;
        return new ReservedPart(this, Lease, taken);
    }

    /// <summary>Counts what was spent less (negative) or more than was taken of a lease.</summary>
    public void Correct(Lease lease, Usage change, long now)
    {
        change = Of(change);
        if (lease == Lease && now < lease.Ends)
        {
            // What can still be spent here need not be told.
            Usage fromLeft = Usage.Max(Usage.Min(change, lease.Left), Usage.Min(change, default));
            lease.Left -= fromLeft;
            change -= fromLeft;
        }

        Tell(lease.Stamp, change, now);
    }

    /// <summary>Ends the lease, once its time is over or a new one is asked for.</summary>
    public void EndLease(long now)
    {
        if (Lease is { } lease)
        {
            Lease = null;
            Tell(lease.Stamp, default(Usage) - lease.Left, now);
        }
    }

    /// <summary>Takes a new lease.</summary>
    public void Begin(Lease lease)
    {
        Lease = lease;
        _spentRecently = default;
    }

    public LeaseDemand? Demand(long now)
    {
        if (Waiting.Min is not { } first)
        {
            return null;
        }

        // As much again as was spent of the last lease, and more, so that a lease is soon as large as what is spent in its time.
        Usage urgent = default, all = _spentRecently + _spentRecently;
        foreach (Waiter waiter in Waiting)
        {
            Usage need = Of(waiter.Spending.Usage);
            all += need;
            urgent += waiter.Spending.Urgency == first.Spending.Urgency ? need : default;
        }

        return new LeaseDemand(Of(first.Spending.Usage), urgent, all, first.Due - now);
    }

    public IReadOnlyList<LeaseCorrection> TakeCorrections()
    {
        LeaseCorrection[] corrections = [.. _corrections.Where(one => one.Value != default).Select(one => new LeaseCorrection(one.Key, one.Value))];
        _corrections.Clear();
        FlushAt = long.MaxValue;
        return corrections;
    }

    /// <summary>Sets the timer to when there is something to do next.</summary>
    public void Schedule(long now)
    {
        long next = Math.Min(
            Math.Min(FlushAt, Refusal?.Until ?? long.MaxValue), Math.Min(Lease?.Ends ?? long.MaxValue, Waiting.Count > 0 ? RetryAt : long.MaxValue));
        if (!IsAsking && next < _scheduled)
        {
            _scheduled = next;
            timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, next - now)), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The timer has come to its end. It may have done so too early, and is set anew then.</summary>
    public void NoteWoken() => _scheduled = long.MaxValue;

    public void Dispose() => timer.Dispose();

    // Others wait for what comes back, but not each of them is worth a message.
    private void Tell(long stamp, Usage change, long now)
    {
        if (change != default)
        {
            _corrections[stamp] = _corrections.GetValueOrDefault(stamp) + change;
            FlushAt = Math.Min(FlushAt, now + Lessee.FlushMilliseconds);
        }
    }

    // What has no limit here is not counted.
    private Usage Of(Usage usage)
    {
        foreach (BudgetMeasure measure in Usage.Measures)
        {
            if (Definition.Limits.All(limit => limit.Measure != measure))
            {
                usage = usage.With(measure, 0);
            }
        }

        return usage;
    }
}
