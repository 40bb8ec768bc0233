namespace Ganglion.Budgets;

/// <summary>What a budget counts.</summary>
public enum BudgetMeasure
{
    /// <summary>Calls.</summary>
    Requests,

    /// <summary>Tokens, of prompt and answer together.</summary>
    Tokens,

    /// <summary>Money, in the one currency that all prices are in.</summary>
    Money,
}
