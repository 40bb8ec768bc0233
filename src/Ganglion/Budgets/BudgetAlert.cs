namespace Ganglion.Budgets;

/// <summary>
/// Half, four fifths or all of a limit on a day, a month or for ever is spent: the data of an event <c>budget_alert</c> on the channel
/// <c>ganglion.budgets.alerts</c>. Each is told once in a period.
/// </summary>
/// <param name="Budget">The budget's name.</param>
/// <param name="Limit">The limit, as <see cref="BudgetLimit.ToString"/> writes it.</param>
/// <param name="Used">What is spent of it, what is leased out included.</param>
/// <param name="Share">0.5, 0.8 or 1.</param>
public sealed record BudgetAlert(string Budget, string Limit, decimal Used, decimal Share)
{
    /// <summary>The channel.</summary>
    public const string Channel = "ganglion.budgets.alerts";
}
