namespace Ganglion.Budgets;

/// <summary>A budget is not as it must be: the message says which, and what to do.</summary>
public class BudgetException : GanglionException
{
    internal BudgetException(string code, string message)
        : base(code, message)
    {
    }

    /// <summary>The code of a budget that cannot be as it is defined.</summary>
    internal const string Malformed = "budget-malformed";
}
