using Microsoft.Extensions.Logging;

namespace Ganglion.Budgets;

/// <summary>
/// Spends, in this process, what it has leased of budgets: who finds room goes on at once, and who does not waits for his turn while more is asked for. A lease is asked
/// for by one message, which waits for its answer and is repeated until it has it.
/// </summary>
internal sealed partial class Lessee : IAsyncDisposable
{
    /// <summary>How long what a budget is to be told may wait for more of it.</summary>
    public const long FlushMilliseconds = 100;

    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly Func<string, BudgetDefinition?> _find;
    private readonly Func<string, LeaseRequest, CancellationToken, ValueTask<LeaseAnswer>> _ask;
    private readonly BudgetMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _started;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LeasedBudget> _budgets = new(StringComparer.Ordinal);
    private readonly SortedSet<Waiter> _waiting = new(Waiter.Order);
    private readonly HashSet<Task> _asking = [];
    private long _lastNumber;
    private long _lastWaiter;
    private bool _isDisposed;

    /// <summary>Leases nothing yet.</summary>
    /// <param name="find">Finds how a budget is defined; null if there is none.</param>
    /// <param name="ask">Asks a budget.</param>
    /// <param name="metrics">What is measured.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    public Lessee(
        Func<string, BudgetDefinition?> find,
        Func<string, LeaseRequest, CancellationToken, ValueTask<LeaseAnswer>> ask,
        BudgetMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        (_find, _ask, _metrics, _time, _logger) = (find, ask, metrics, time, logger);
        _started = time.GetTimestamp();
        metrics.Observe(Measure);
    }

    /// <summary>How many wait for room.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    private long Now => (long)_time.GetElapsedTime(_started).TotalMilliseconds;

    /// <inheritdoc cref="IBudgets.AcquireAsync"/>
    public ValueTask<Reservation> AcquireAsync(Spending spending, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            long now = Now;
            LeasedBudget[] budgets = [.. spending.Budgets.Select(Find).OfType<LeasedBudget>().Where(budget => budget.Definition.Limits.Count > 0)];
            try
            {
                Array.ForEach(budgets, budget => ThrowIfRefused(budget, spending, now));
            }
            catch (BudgetExhaustedException)
            {
                Array.ForEach(budgets, ForgetIfIdle);
                throw;
            }

            if (Array.TrueForAll(budgets, budget => budget.Waiting.Count == 0 && budget.HasRoom(spending.Usage, now)))
            {
                return new ValueTask<Reservation>(Take(spending, budgets));
            }

            var waiter = new Waiter(spending, budgets, now + Waiter.PatienceOf(spending.Urgency), ++_lastWaiter);
            Enqueue(waiter);
            foreach (LeasedBudget budget in budgets)
            {
                Update(budget, now);
            }

            return new ValueTask<Reservation>(WaitAsync(waiter, cancellationToken));
        }
    }

    /// <summary>Counts what was spent less (negative) or more than was reserved.</summary>
    public void Settle(IReadOnlyList<ReservedPart> parts, Usage change)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            long now = Now;
            var settled = new List<LeasedBudget>();
            foreach (IGrouping<string, ReservedPart> budget in parts.GroupBy(part => part.Budget.Name))
            {
                // One that was idle meanwhile has been forgotten.
                if (Find(budget.Key) is not { } known)
                {
                    continue;
                }

                settled.Add(known);
                Usage more = Usage.Max(change, default);
                Usage less = Usage.Max(default(Usage) - change, default);
                foreach (ReservedPart part in budget.Reverse())
                {
                    Usage back = Usage.Min(part.Taken, less);
                    less -= back;
                    known.Correct(part.Lease, more - back, now);
                    more = default;
                }
            }

            Serve(settled, now);
        }
    }

    /// <summary>Takes note that a budget is defined otherwise.</summary>
    public void Redefine(string name)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            long now = Now;
            LeasedBudget[] changed = [.. _budgets.Values.Where(one => one.Name == name || BudgetDefinition.TemplateOf(one.Name) == name)];
            foreach (LeasedBudget budget in changed)
            {
                budget.Definition = _find(budget.Name) ?? new BudgetDefinition(budget.Name, []);
                budget.Refusal = null;
                budget.RetryAt = now;
                budget.EndLease(now);
            }

            Serve(changed, now);
        }
    }

    /// <summary>Asks no more. Whoever waits is told.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] asking;
        lock (_lock)
        {
            // It is several services, each of which is disposed of.
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        lock (_lock)
        {
            foreach (Waiter waiter in _waiting.ToArray())
            {
                Fail(waiter, new ObjectDisposedException(nameof(IBudgets), "The host has stopped before there was room."));
            }

            asking = [.. _asking];
            foreach (LeasedBudget budget in _budgets.Values)
            {
                budget.Dispose();
            }

            _budgets.Clear();
        }

        await Task.WhenAll(asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _metrics.Dispose();
        _stopping.Dispose();
    }

    // Called under the lock, as all below that is not said to be otherwise.
    private LeasedBudget? Find(string name)
    {
        if (!_budgets.TryGetValue(name, out LeasedBudget? budget) && _find(name) is { } definition)
        {
            ITimer timer = _time.CreateTimer(_ => Wake(name), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _budgets[name] = budget = new LeasedBudget(definition, timer);
        }

        return budget;
    }

    private void ThrowIfRefused(LeasedBudget budget, Spending spending, long now)
    {
        if (budget.Definition.Limits.FirstOrDefault(limit => spending.Usage[limit.Measure] > limit.Amount) is { } tooSmall)
        {
            _metrics.Refused(budget.Name, "budget-too-small");
            throw BudgetExhaustedException.TooLarge(budget.Name, tooSmall.ToString());
        }

        if (budget.Refusal is { } refusal && now < refusal.Until && ReasonOf(budget, spending, refusal.Answer) is { } reason)
        {
            _metrics.Refused(budget.Name, reason.Code);
            throw reason;
        }

        if (spending.CanDowngrade && budget.Lease is { Downgrade: { } limit } lease && now < lease.Ends)
        {
            _metrics.Refused(budget.Name, "budget-downgrade");
            throw BudgetExhaustedException.Downgrade(budget.Name, limit);
        }
    }

    // Null: what was refused was more.
    private static BudgetExhaustedException? ReasonOf(LeasedBudget budget, Spending spending, LeaseAnswer refusal) =>
        BudgetLimit.TryParse(refusal.Refused, out BudgetLimit? limit) && spending.Usage[limit.Measure] > refusal.Left
            ? refusal.IsTooLarge
                ? BudgetExhaustedException.TooLarge(budget.Name, refusal.Refused)
                : BudgetExhaustedException.Spent(budget.Name, refusal.Refused)
            : null;

    private Reservation Take(Spending spending, LeasedBudget[] budgets) =>
        new(this, spending, [.. budgets.Select(budget => budget.Take(spending.Usage))]);

    // Of too many the one who has least hope is refused.
    private void Enqueue(Waiter waiter)
    {
        Add(waiter);
        foreach (LeasedBudget budget in waiter.Budgets.Where(budget => budget.Waiting.Count > budget.Definition.MaxWaiting))
        {
            Waiter last = budget.Waiting.Max!;
            _metrics.Refused(budget.Name, "budget-queue-full");
            Fail(last, BudgetExhaustedException.QueueFull(budget.Name, budget.Definition.MaxWaiting));
            if (last == waiter)
            {
                return;
            }
        }
    }

    private void Add(Waiter waiter)
    {
        _waiting.Add(waiter);
        foreach (LeasedBudget budget in waiter.Budgets)
        {
            budget.Waiting.Add(waiter);
        }
    }

    private bool Remove(Waiter waiter)
    {
        foreach (LeasedBudget budget in waiter.Budgets)
        {
            budget.Waiting.Remove(waiter);
        }

        return _waiting.Remove(waiter);
    }

    private void Fail(Waiter waiter, Exception reason)
    {
        Remove(waiter);
        waiter.TrySetException(reason);
    }

    // Not under the lock.
    private async Task<Reservation> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                lock (_lock)
                {
                    if (Remove(waiter))
                    {
                        waiter.TrySetCanceled(token);
                        Serve(waiter.Budgets, Now);
                    }
                }
            },
            null);
        return await waiter.Task.ConfigureAwait(false);
    }

    // Not under the lock.
    private void Wake(string name)
    {
        lock (_lock)
        {
            if (_isDisposed || !_budgets.TryGetValue(name, out LeasedBudget? budget))
            {
                return;
            }

            budget.NoteWoken();
            Update(budget, Now);
            ForgetIfIdle(budget);
        }
    }

    // There may be one for each of very many tenants.
    private void ForgetIfIdle(LeasedBudget budget)
    {
        if (budget.IsIdle && _budgets.Remove(budget.Name))
        {
            budget.Dispose();
        }
    }

    // Lets go on who finds room, in their order. Who finds none in a budget holds up those behind him in that one, and in no other.
    private void Serve(IEnumerable<LeasedBudget> changed, long now)
    {
        HashSet<LeasedBudget> closed = [];
        foreach (Waiter waiter in _waiting.Count == 0 ? [] : _waiting.ToArray())
        {
            if (Array.Exists(waiter.Budgets, closed.Contains))
            {
                continue;
            }

            LeasedBudget[] lacking = Array.FindAll(waiter.Budgets, budget => !budget.HasRoom(waiter.Spending.Usage, now));
            if (lacking.Length > 0)
            {
                closed.UnionWith(lacking);
            }
            else if (waiter.Spending.CanDowngrade && Array.Find(waiter.Budgets, budget => budget.Lease!.Downgrade is not null) is { } kept)
            {
                _metrics.Refused(kept.Name, "budget-downgrade");
                Fail(waiter, BudgetExhaustedException.Downgrade(kept.Name, kept.Lease!.Downgrade!));
            }
            else
            {
                Remove(waiter);
                waiter.TrySetResult(Take(waiter.Spending, waiter.Budgets));
            }
        }

        closed.UnionWith(changed);
        foreach (LeasedBudget budget in closed)
        {
            Update(budget, now);
        }
    }

    private IEnumerable<BudgetMeasurement> Measure()
    {
        lock (_lock)
        {
            return [.. _budgets.Values.Select(budget => new BudgetMeasurement(budget.Name, budget.Waiting.Count, budget.Uses))];
        }
    }
}
