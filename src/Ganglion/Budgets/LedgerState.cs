namespace Ganglion.Budgets;

/// <summary>What the ledger of a budget remembers.</summary>
internal sealed class LedgerState
{
    /// <summary>Who has kept it last.</summary>
    public string? Keeper { get; set; }

    /// <summary>What the steady clock of that one said.</summary>
    public long KeeperMilliseconds { get; set; }

    /// <summary>For how long the ledger has been kept, in milliseconds: its own time.</summary>
    public long Now { get; set; }

    /// <summary>The latest moment that it has seen on a calendar.</summary>
    public DateTimeOffset Utc { get; set; }

    /// <summary>What was spent within each limit, by its kind.</summary>
    public Dictionary<string, LimitAccount> Accounts { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Who has leased of it.</summary>
    public Dictionary<string, LesseeAccount> Lessees { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>A process that leases of a budget.</summary>
internal sealed class LesseeAccount
{
    /// <summary>The last of its messages.</summary>
    public long Number { get; set; }

    /// <summary>What was answered to that.</summary>
    public LeaseAnswer? Answer { get; set; }

    /// <summary>What it may not have spent yet, and may bring back.</summary>
    public Usage Open { get; set; }

    /// <summary>When that is known.</summary>
    public long OpenUntil { get; set; }

    /// <summary>What waits in it for room, of those that are as urgent as the first.</summary>
    public Usage Waiting { get; set; }

    /// <summary>When it is their turn before any that is more urgent.</summary>
    public long Due { get; set; }

    /// <summary>Until when it is to ask again; else nothing waits there any more.</summary>
    public long WaitingUntil { get; set; }

    /// <summary>When it was heard of last.</summary>
    public long Heard { get; set; }
}
