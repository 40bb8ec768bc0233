namespace Ganglion.Budgets;

/// <summary>There is no room in a budget, and waiting does not help: do without, do something cheaper, or raise the limit.</summary>
public sealed class BudgetExhaustedException : BudgetException
{
    internal BudgetExhaustedException(string code, string budget, string message)
        : base(code, message)
    {
        Budget = budget;
    }

    /// <summary>The budget's name.</summary>
    public string Budget { get; }

    internal static BudgetExhaustedException Spent(string budget, string limit) => new(
        "budget-exhausted", budget, $"The budget '{budget}' has no room left within '{limit}'. It has again in the next period, or when somebody raises the limit: ganglion budgets set {budget} …");

    internal static BudgetExhaustedException TooLarge(string budget, string limit) => new(
        "budget-too-small", budget, $"The budget '{budget}' never has so much room: it allows {limit}. Spend less at once, or raise the limit: ganglion budgets set {budget} …");

    internal static BudgetExhaustedException Downgrade(string budget, string limit) => new(
        "budget-downgrade", budget, $"What is left of the budget '{budget}' within '{limit}' is kept for who has nothing cheaper to do: do that.");

    internal static BudgetExhaustedException QueueFull(string budget, int most) => new(
        "budget-queue-full", budget, $"{most} wait for room in the budget '{budget}', and no more can. Come back later, or be more urgent.");
}
