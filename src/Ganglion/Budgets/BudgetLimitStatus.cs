namespace Ganglion.Budgets;

/// <summary>What is spent of a limit.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Used">What was spent in its period, what is leased out included.</param>
public readonly record struct BudgetLimitStatus(BudgetLimit Limit, decimal Used);
