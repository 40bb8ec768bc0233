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

    private const long RefusalMilliseconds = 1_000;

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

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

    /// <summary>Brings back what is leased and not spent; waits for that a little while.</summary>
    public async Task ReturnAsync(TimeSpan patience)
    {
        lock (_lock)
        {
            long now = Now;
            foreach (LeasedBudget budget in _budgets.Values.ToArray())
            {
                budget.EndLease(now);
                if (!budget.IsAsking && budget.FlushAt < long.MaxValue)
                {
                    Ask(budget, now);
                }
            }
        }

        await WhenAnsweredAsync().WaitAsync(patience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Completes when no message is under way.</summary>
    public async Task WhenAnsweredAsync()
    {
        while (true)
        {
            Task[] asking;
            lock (_lock)
            {
                asking = [.. _asking];
            }

            if (asking.Length == 0)
            {
                return;
            }

            await Task.WhenAll(asking).ConfigureAwait(false);
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

    // Does what there is to do about a budget: ends its lease, asks for room, tells it what came back.
    private void Update(LeasedBudget budget, long now)
    {
        if (budget.Lease is { } lease && now >= lease.Ends)
        {
            budget.EndLease(now);
        }

        if (budget.Refusal is { } refusal && now >= refusal.Until)
        {
            budget.Refusal = null;
        }

        bool wants = budget.Waiting.Min is { } first && now >= budget.RetryAt && !budget.HasRoom(first.Spending.Usage, now);
        if (!budget.IsAsking && !_isDisposed && (wants || now >= budget.FlushAt))
        {
            Ask(budget, now);
        }

        budget.Schedule(now);
    }

    private void Ask(LeasedBudget budget, long now)
    {
        bool wants = budget.Waiting.Min is { } first && !budget.HasRoom(first.Spending.Usage, now);
        if (wants)
        {
            budget.EndLease(now);
        }

        var request = new LeaseRequest(_id, ++_lastNumber)
        {
            Corrections = budget.TakeCorrections(),
            Demand = wants ? budget.Demand(now) : null,
            HoldsLease = budget.Lease is not null,
            RoundTripMilliseconds = budget.RoundTrip,
        };
        budget.IsAsking = true;
        Task asking = null!;
        asking = Task.Run(async () =>
        {
            await AskAsync(budget, request, now).ConfigureAwait(false);
            lock (_lock)
            {
                _asking.Remove(asking);
            }
        });
        _asking.Add(asking);
    }

    // Not under the lock. The message is repeated as it is until it is answered: the budget knows it by its number.
    private async Task AskAsync(LeasedBudget budget, LeaseRequest request, long asked)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                LeaseAnswer answer = await _ask(budget.Name, request, _stopping.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    Apply(budget, answer, asked);
                }

                return;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogUnanswered(exception, budget.Name, PauseAfterFault);
                await Task.Delay(PauseAfterFault, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // The lease has begun no later than the budget thinks: when it was asked for.
    private void Apply(LeasedBudget budget, LeaseAnswer answer, long asked)
    {
        long now = Now;
        budget.IsAsking = false;
        budget.RoundTrip = now - asked;
        budget.Uses = answer.Uses;
        budget.RetryAt = now + answer.RetryMilliseconds;
        if (answer.Milliseconds > 0)
        {
            budget.Begin(new Lease(answer.Stamp, answer.Granted, asked + answer.Milliseconds, answer.Downgrade));
        }

        if (answer.Refused is not null)
        {
            budget.Refusal = (now + RefusalMilliseconds, answer);
            foreach (Waiter waiter in budget.Waiting.ToArray())
            {
                if (ReasonOf(budget, waiter.Spending, answer) is { } reason)
                {
                    _metrics.Refused(budget.Name, reason.Code);
                    Fail(waiter, reason);
                }
            }
        }

        Serve([budget], now);
        ForgetIfIdle(budget);
    }

    private IEnumerable<BudgetMeasurement> Measure()
    {
        lock (_lock)
        {
            return [.. _budgets.Values.Select(budget => new BudgetMeasurement(budget.Name, budget.Waiting.Count, budget.Uses))];
        }
    }

    [LoggerMessage(233, LogLevel.Warning, "The budget {Budget} does not answer: what needs it waits. It is asked again in {Pause}.")]
    private partial void LogUnanswered(Exception exception, string budget, TimeSpan pause);
}
