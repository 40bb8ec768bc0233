using Microsoft.Extensions.Logging;

namespace Ganglion.Budgets;

// What it tells budgets, and asks them.
internal sealed partial class Lessee
{
    private const long RefusalMilliseconds = 1_000;

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    /// <summary>Brings back what is leased and not spent; waits for that a little while.</summary>
    public async Task ReturnAsync(TimeSpan patience) =>
        await ReturnAsync().WaitAsync(patience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

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

    // Once more for what the answers have brought that were under way.
    private async Task ReturnAsync()
    {
        for (int round = 0; round < 2; round++)
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

            await WhenAnsweredAsync().ConfigureAwait(false);
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

    [LoggerMessage(233, LogLevel.Warning, "The budget {Budget} does not answer: what needs it waits. It is asked again in {Pause}.")]
    private partial void LogUnanswered(Exception exception, string budget, TimeSpan pause);
}
