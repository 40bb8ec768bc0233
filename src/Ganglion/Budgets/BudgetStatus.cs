namespace Ganglion.Budgets;

/// <summary>How a budget is doing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Limits">Its limits, and what is spent of each.</param>
public sealed record BudgetStatus(string Name, IReadOnlyList<BudgetLimitStatus> Limits)
{
    /// <summary>See <see cref="BudgetDefinition.MaxWaiting"/>.</summary>
    public int MaxWaiting { get; init; }

    /// <summary>See <see cref="BudgetDefinition.DowngradeAt"/>.</summary>
    public decimal DowngradeAt { get; init; }

    /// <summary>Whether it was defined while the system ran, by <see cref="BudgetCatalog.SetAsync"/>, and since when.</summary>
    public DateTimeOffset? SetSince { get; init; }

    /// <summary>Who has done that; <see langword="null"/> if nobody said.</summary>
    public string? By { get; init; }

    /// <summary>Why; <see langword="null"/> if nobody said.</summary>
    public string? Reason { get; init; }
}
