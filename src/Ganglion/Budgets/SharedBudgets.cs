using Microsoft.Extensions.Hosting;

namespace Ganglion.Budgets;

/// <summary>The budgets of a host: what they are, and what this process spends of them.</summary>
/// <param name="catalog">Which there are.</param>
/// <param name="lessee">Who spends.</param>
internal sealed class SharedBudgets(BudgetCatalog catalog, Lessee lessee) : IBudgets, IHostedLifecycleService, IAsyncDisposable
{
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
}
