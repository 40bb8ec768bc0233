namespace Ganglion.Budgets;

/// <summary>The budgets that code defines. The configuration of the host, if it says anything of one, comes after.</summary>
public sealed class BudgetsOptions
{
    internal BudgetsOptions()
    {
    }

    internal Dictionary<string, BudgetDefinition> Budgets { get; } = new(StringComparer.Ordinal);

    /// <summary>Defines a budget.</summary>
    /// <param name="budget">The budget; the last one of a name counts.</param>
    /// <returns>These options, for more.</returns>
    public BudgetsOptions Add(BudgetDefinition budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        Budgets[budget.Name] = budget;
        return this;
    }

    /// <summary>Defines a budget.</summary>
    /// <param name="name">Its name, as <see cref="BudgetDefinition.Name"/>.</param>
    /// <param name="limits">Its limits, as <see cref="BudgetLimit.Parse"/> reads them.</param>
    /// <returns>These options, for more.</returns>
    /// <exception cref="FormatException">A limit is none.</exception>
    public BudgetsOptions Add(string name, params string[] limits) => Add(new BudgetDefinition(name, [.. limits.Select(BudgetLimit.Parse)]));
}
