namespace Ganglion.Budgets;

/// <summary>
/// Room in budgets, for one call. Settle what was spent in the end: what was reserved above that is free again, and what was spent above it is counted, too. A
/// reservation that is disposed of without counts as spent. Thread-safe.
/// </summary>
public sealed class Reservation : IDisposable
{
    private readonly Lessee _lessee;
    private readonly Lock _lock = new();
    private readonly List<ReservedPart> _parts;
    private bool _settled;

    internal Reservation(Lessee lessee, Spending spending, List<ReservedPart> parts)
    {
        _lessee = lessee;
        Spending = spending;
        Reserved = spending.Usage;
        _parts = parts;
    }

    /// <summary>For what.</summary>
    public Spending Spending { get; }

    /// <summary>How much, extensions included.</summary>
    public Usage Reserved { get; private set; }

    /// <summary>Reserves more, for the same: before those who have not begun.</summary>
    /// <param name="more">How much.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="BudgetExhaustedException">As with <see cref="IBudgets.AcquireAsync"/>. What was reserved stays so.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="more"/> is below zero.</exception>
    /// <exception cref="InvalidOperationException">It is settled.</exception>
    public async ValueTask ExtendAsync(Usage more, CancellationToken cancellationToken = default)
    {
        more.ThrowIfNegative(nameof(more));
        lock (_lock)
        {
            ThrowIfSettled();
        }

        Spending further = Spending with { Usage = more, Urgency = Urgency.Interactive, CanDowngrade = false };
        Reservation extension = await _lessee.AcquireAsync(further, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (!_settled)
            {
                Reserved += more;
                _parts.AddRange(extension._parts);
                return;
            }
        }

        extension.Settle(default);
        ThrowIfSettled();
    }

    /// <summary>Settles it. Only the first time counts.</summary>
    /// <param name="usage">What was spent, all in all.</param>
    public void Settle(Usage usage)
    {
        if (End())
        {
            _lessee.Settle(_parts, usage - Reserved);
        }
    }

    /// <summary>Settles it as reserved, if it is not settled.</summary>
    public void Dispose() => End();

    // What is settled takes no extension, so it changes no more.
    private bool End()
    {
        lock (_lock)
        {
            if (_settled)
            {
                return false;
            }

            _settled = true;
            return true;
        }
    }

    private void ThrowIfSettled()
    {
        if (_settled)
        {
            throw new InvalidOperationException("What is settled takes no extension: reserve anew.");
        }
    }
}
