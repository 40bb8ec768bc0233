using Ganglion.Agents;
using Ganglion.Brokers;

namespace Ganglion.Budgets;

// What people do with it.
public sealed partial class BudgetCatalog
{
    // Nobody has spent anything.
    private const string NeverRun = "topic-not-found";

    private static readonly AgentType Agent = new(BudgetAgent.Name);

    /// <summary>Lists the budgets, by name: those that are defined, and those of which each has one by itself.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<BudgetStatus>> ListAsync(CancellationToken cancellationToken = default)
    {
        await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        Dictionary<string, BudgetStatus> found = Names.ToDictionary(name => name, name => StatusOf(Find(name)!, null), StringComparer.Ordinal);
        try
        {
            await foreach (AgentState state in _states.ReadAllAsync(Agent, cancellationToken).ConfigureAwait(false))
            {
                if (Find(state.Instance.Key) is { } definition)
                {
                    found[definition.Name] = StatusOf(definition, state);
                }
            }
        }
        catch (TopicException exception) when (exception.Code == NeverRun)
        {
        }

        return [.. found.Values.OrderBy(budget => budget.Name, StringComparer.Ordinal)];
    }

    /// <summary>Looks at a budget.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How much of it is spent; <see langword="null"/> if there is none of this name.</returns>
    public async ValueTask<BudgetStatus?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (Find(name) is not { } definition)
        {
            return null;
        }

        try
        {
            return StatusOf(definition, await _states.FindAsync(new AgentId(Agent, name), null, cancellationToken).ConfigureAwait(false));
        }
        catch (TopicException exception) when (exception.Code == NeverRun)
        {
            return StatusOf(definition, null);
        }
    }

    /// <summary>
    /// Defines a budget from now on, in all processes, whatever is configured. What is leased already may still be spent. What was spent within a limit counts on within one of
    /// the same kind.
    /// </summary>
    /// <param name="budget">The budget.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be defined nevertheless.</param>
    /// <exception cref="BudgetException">It cannot be so (<c>budget-malformed</c>); the message has all faults.</exception>
    public async ValueTask SetAsync(BudgetDefinition budget, string? by = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var faults = new List<string>();
        budget.Validate("The budget", faults);
        if (faults.Count > 0)
        {
            throw new BudgetException(BudgetException.Malformed, string.Join(' ', faults));
        }

        await WriteAsync(budget, by, reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes back what <see cref="SetAsync"/> has defined: what is configured counts again, if anything is.</summary>
    /// <param name="name">The budget.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be taken back nevertheless.</param>
    /// <returns>Whether it was so defined.</returns>
    public async ValueTask<bool> UnsetAsync(string name, string? by = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        bool wasSet = _set.ContainsKey(name);
        if (wasSet)
        {
            await RemoveAsync(name, by, reason, cancellationToken).ConfigureAwait(false);
        }

        return wasSet;
    }

    private BudgetStatus StatusOf(BudgetDefinition definition, AgentState? state)
    {
        SetBudget? set = _set.GetValueOrDefault(definition.Name);
        return new BudgetStatus(definition.Name, [.. LimitsOf(definition, state)])
        {
            MaxWaiting = definition.MaxWaiting,
            DowngradeAt = definition.DowngradeAt,
            SetSince = set?.Since,
            By = set?.By,
            Reason = set?.Reason,
        };
    }

    private IEnumerable<BudgetLimitStatus> LimitsOf(BudgetDefinition definition, AgentState? state)
    {
        LedgerState ledger = state?.Read<LedgerState>() ?? new LedgerState();

        // Nobody is asked: since it was written, about so much time has passed.
        long elapsed = state is null ? 0 : Math.Max(0, (long)(_time.GetUtcNow() - state.Time).TotalMilliseconds);
        var moment = new LedgerMoment(ledger.Keeper ?? "", ledger.KeeperMilliseconds + elapsed, _time.GetUtcNow());
        return new BudgetLedger(definition, ledger).Look(moment).Select(use => new BudgetLimitStatus(BudgetLimit.Parse(use.Limit), use.Used));
    }
}
