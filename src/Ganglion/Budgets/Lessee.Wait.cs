namespace Ganglion.Budgets;

// Who goes on at once, who waits, and who is refused. Called under the lock, but for who comes.
internal sealed partial class Lessee
{
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

    // What it awaits comes without the lock.
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
}
