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

    private IEnumerable<BudgetMeasurement> Measure()
    {
        lock (_lock)
        {
            return [.. _budgets.Values.Select(budget => new BudgetMeasurement(budget.Name, budget.Waiting.Count, budget.Uses))];
        }
    }
}
