using Ganglion.Agents;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Budgets;

/// <summary>The budgets of a host: what they are, and what this process spends of them.</summary>
/// <param name="catalog">Which there are.</param>
/// <param name="lessee">Who spends.</param>
/// <param name="states">What the budgets remember.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedBudgets(BudgetCatalog catalog, Lessee lessee, AgentStates states, TimeProvider time)
    : IBudgets, IHostedLifecycleService, IAsyncDisposable
{
    private static readonly AgentType Agent = new(BudgetAgent.Name);
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(2);

    private volatile bool _isKnown;

    public ValueTask<Reservation> AcquireAsync(Spending spending, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spending);
        ArgumentOutOfRangeException.ThrowIfNegative(spending.Usage.Requests, nameof(spending));
        ArgumentOutOfRangeException.ThrowIfNegative(spending.Usage.Tokens, nameof(spending));
        ArgumentOutOfRangeException.ThrowIfNegative(spending.Usage.Money, nameof(spending));
        return _isKnown ? lessee.AcquireAsync(spending, cancellationToken) : AcquireFirstAsync(spending, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<BudgetStatus>> ListAsync(CancellationToken cancellationToken = default)
    {
        await catalog.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var found = new Dictionary<string, BudgetStatus>(StringComparer.Ordinal);
        foreach (string name in catalog.Names)
        {
            found[name] = StatusOf(catalog.Find(name)!, null);
        }

        await foreach (AgentState state in states.ReadAllAsync(Agent, cancellationToken).ConfigureAwait(false))
        {
            if (catalog.Find(state.Instance.Key) is { } definition)
            {
                found[definition.Name] = StatusOf(definition, state);
            }
        }

        return [.. found.Values.OrderBy(budget => budget.Name, StringComparer.Ordinal)];
    }

    public async ValueTask<BudgetStatus?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        await catalog.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return catalog.Find(name) is { } definition
            ? StatusOf(definition, await states.FindAsync(new AgentId(Agent, name), null, cancellationToken).ConfigureAwait(false))
            : null;
    }

    public async ValueTask SetAsync(BudgetDefinition budget, string? by = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var faults = new List<string>();
        budget.Validate("The budget", faults);
        if (faults.Count > 0)
        {
            throw new BudgetException(BudgetException.Malformed, string.Join(' ', faults));
        }

        await catalog.WriteAsync(budget, by, reason, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> UnsetAsync(string name, string? by = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        await catalog.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        bool wasSet = catalog.FindSet(name) is not null;
        if (wasSet)
        {
            await catalog.RemoveAsync(name, by, reason, cancellationToken).ConfigureAwait(false);
        }

        return wasSet;
    }

    // Before any agent starts, so that no budget answers by what it was before.
    public Task StartingAsync(CancellationToken cancellationToken) => LearnAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // While the agents still run: of what is not brought back others have nothing.
    public Task StopAsync(CancellationToken cancellationToken) => lessee.ReturnAsync(FarewellPatience);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        catalog.Changed -= lessee.Redefine;
        await lessee.DisposeAsync().ConfigureAwait(false);
        await catalog.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<Reservation> AcquireFirstAsync(Spending spending, CancellationToken cancellationToken)
    {
        await LearnAsync(cancellationToken).ConfigureAwait(false);
        return await lessee.AcquireAsync(spending, cancellationToken).ConfigureAwait(false);
    }

    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        await catalog.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (!Interlocked.Exchange(ref _isKnown, true))
        {
            catalog.Changed += lessee.Redefine;
        }
    }

    private BudgetStatus StatusOf(BudgetDefinition definition, AgentState? state)
    {
        BudgetCatalog.SetBudget? set = catalog.FindSet(definition.Name);
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
        long elapsed = state is null ? 0 : Math.Max(0, (long)(time.GetUtcNow() - state.Time).TotalMilliseconds);
        var moment = new LedgerMoment(ledger.Keeper ?? "", ledger.KeeperMilliseconds + elapsed, time.GetUtcNow());
        return new BudgetLedger(definition, ledger).Look(moment).Select(use => new BudgetLimitStatus(BudgetLimit.Parse(use.Limit), use.Used));
    }
}
