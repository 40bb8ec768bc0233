namespace Ganglion.Budgets;

/// <summary>The budgets of a host: what they are, and what this process spends of them.</summary>
internal sealed class SharedBudgets : IBudgets, IAsyncDisposable
{
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(2);

    private readonly BudgetCatalog _catalog;
    private readonly Lessee _lessee;
    private volatile bool _isKnown;

    /// <summary>Nothing is leased yet.</summary>
    /// <param name="catalog">Which there are.</param>
    /// <param name="lessee">Who spends.</param>
    public SharedBudgets(BudgetCatalog catalog, Lessee lessee)
    {
        (_catalog, _lessee) = (catalog, lessee);
        catalog.Changed += lessee.Redefine;
    }

    public ValueTask<Reservation> AcquireAsync(Spending spending, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spending);
        spending.Usage.ThrowIfNegative(nameof(spending));
        return _isKnown ? _lessee.AcquireAsync(spending, cancellationToken) : AcquireFirstAsync(spending, cancellationToken);
    }

    /// <summary>Completes when every budget is known that was defined before.</summary>
    public async Task LearnAsync(CancellationToken cancellationToken)
    {
        await _catalog.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        _isKnown = true;
    }

    /// <summary>Brings back what is leased and not spent: others have nothing of it otherwise.</summary>
    public Task ReturnAsync() => _lessee.ReturnAsync(FarewellPatience);

    public async ValueTask DisposeAsync()
    {
        _catalog.Changed -= _lessee.Redefine;
        await _lessee.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<Reservation> AcquireFirstAsync(Spending spending, CancellationToken cancellationToken)
    {
        await LearnAsync(cancellationToken).ConfigureAwait(false);
        return await _lessee.AcquireAsync(spending, cancellationToken).ConfigureAwait(false);
    }
}
