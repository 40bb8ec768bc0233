namespace Ganglion.Budgets;

/// <summary>What a process tells a budget, and what it wants of it.</summary>
/// <param name="Lessee">The process.</param>
/// <param name="Number">Which of its messages to the budget it is: one that comes again is answered as before.</param>
internal sealed record LeaseRequest(string Lessee, long Number)
{
    /// <summary>What of former leases was spent more, or less, than was granted.</summary>
    public IReadOnlyList<LeaseCorrection> Corrections { get; init; } = [];

    /// <summary>What is wanted; null: nothing.</summary>
    public LeaseDemand? Demand { get; init; }

    /// <summary>Whether the process has a lease of which something may come back.</summary>
    public bool HoldsLease { get; init; }

    /// <summary>How long the process has waited for the last answer: a lease that is over by then is of no use.</summary>
    public long RoundTripMilliseconds { get; init; }
}

/// <summary>What waits for room in a process.</summary>
/// <param name="First">What the first of those wants that wait.</param>
/// <param name="Urgent">What all want that are as urgent as the first, it included.</param>
/// <param name="All">What all of them want.</param>
/// <param name="DueMilliseconds">In how many milliseconds it is the first's turn before any that is more urgent; negative: for so long already.</param>
internal sealed record LeaseDemand(Usage First, Usage Urgent, Usage All, long DueMilliseconds);

/// <summary>What was spent of a lease, compared with what was granted.</summary>
/// <param name="Stamp">Of which lease.</param>
/// <param name="Change">What is to be added: negative for what was not spent.</param>
internal sealed record LeaseCorrection(long Stamp, Usage Change);

/// <summary>What a budget answers.</summary>
/// <param name="Milliseconds">For how long the lease may be spent, from the moment on at which it was asked for.</param>
/// <param name="Stamp">What the lease is called in corrections.</param>
/// <param name="Granted">What may be spent.</param>
internal sealed record LeaseAnswer(long Milliseconds, long Stamp, Usage Granted)
{
    /// <summary>If the first could not be granted: after how many milliseconds to ask again.</summary>
    public long RetryMilliseconds { get; init; }

    /// <summary>If waiting does not help: the limit that is in the way.</summary>
    public string? Refused { get; init; }

    /// <summary>If waiting does not help: what is left of the measure of that limit.</summary>
    public decimal Left { get; init; }

    /// <summary>Whether nobody can ever spend as much at once as the first wants.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>The limit on money of which so much is spent that who can do something cheaper is to do that.</summary>
    public string? Downgrade { get; init; }

    /// <summary>How much of each limit is spent or leased out.</summary>
    public IReadOnlyList<LimitUse> Uses { get; init; } = [];
}

/// <summary>How much of a limit is spent or leased out.</summary>
internal sealed record LimitUse(string Limit, decimal Used);
