namespace Ganglion.Budgets;

/// <summary>What this process may spend of a budget, for a short time.</summary>
/// <param name="stamp">What the budget calls it.</param>
/// <param name="granted">How much.</param>
/// <param name="ends">When it ends, by the steady clock.</param>
/// <param name="downgrade">See <see cref="LeaseAnswer.Downgrade"/>.</param>
internal sealed class Lease(long stamp, Usage granted, long ends, string? downgrade)
{
    public long Stamp { get; } = stamp;

    public Usage Granted { get; } = granted;

    public long Ends { get; } = ends;

    public string? Downgrade { get; } = downgrade;

    /// <summary>What is left of it.</summary>
    public Usage Left { get; set; } = granted;
}
