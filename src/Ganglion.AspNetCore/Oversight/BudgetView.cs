using Ganglion.Budgets;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>The budgets.</summary>
internal sealed record BudgetList(IReadOnlyList<BudgetView> Budgets);

/// <summary>A budget.</summary>
internal sealed record BudgetView(string Name, IReadOnlyList<BudgetLimitView> Limits, int MaxWaiting, decimal DowngradeAt)
{
    public DateTimeOffset? SetSince { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }

    public static BudgetView Of(BudgetStatus budget) => new(
        budget.Name,
        [.. budget.Limits.Select(limit => new BudgetLimitView(limit.Limit.ToString(), limit.Limit.Amount, limit.Used))],
        budget.MaxWaiting,
        budget.DowngradeAt)
    {
        SetSince = budget.SetSince,
        By = budget.By,
        Reason = budget.Reason,
    };
}

/// <summary>A limit of a budget.</summary>
/// <param name="Limit">As <see cref="BudgetLimit.ToString"/> writes it.</param>
/// <param name="Amount">How much may be spent.</param>
/// <param name="Used">How much is.</param>
internal sealed record BudgetLimitView(string Limit, decimal Amount, decimal Used);

/// <summary>What a budget is to be.</summary>
/// <param name="Limits">As <see cref="BudgetLimit.Parse"/> reads them.</param>
internal sealed record BudgetRequest(IReadOnlyList<string> Limits)
{
    public int? MaxWaiting { get; init; }

    public decimal? DowngradeAt { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }
}
