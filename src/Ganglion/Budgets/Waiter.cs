namespace Ganglion.Budgets;

/// <summary>Somebody who waits for room.</summary>
/// <param name="spending">For what.</param>
/// <param name="budgets">In which budgets.</param>
/// <param name="due">When it is its turn before any that is more urgent, by the steady clock in milliseconds.</param>
/// <param name="number">How many have come before.</param>
internal sealed class Waiter(Spending spending, LeasedBudget[] budgets, long due, long number)
    : TaskCompletionSource<Reservation>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Who comes first.</summary>
    public static IComparer<Waiter> Order { get; } = Comparer<Waiter>.Create((left, right) => (left.Due, left.Number).CompareTo((right.Due, right.Number)));

    public Spending Spending { get; } = spending;

    public LeasedBudget[] Budgets { get; } = budgets;

    public long Due { get; } = due;

    /// <summary>By when it is due: so who is less urgent comes to his turn, too.</summary>
    public static long PatienceOf(Urgency urgency) => urgency switch
    {
        Urgency.Interactive => 0,
        Urgency.Normal => 10_000,
        _ => 60_000,
    };

    private long Number { get; } = number;
}
