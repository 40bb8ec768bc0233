namespace Ganglion.Budgets;

/// <summary>
/// Budgets of requests, tokens and money, shared by all processes on the broker: whoever is about to spend acquires room in all that it concerns, and settles
/// what it was in the end. A service of every host that has Ganglion; which budgets there are is known by <see cref="BudgetCatalog"/>. Thread-safe.
/// </summary>
/// <remarks>
/// The budgets are instances of the agent <c>budgets</c>, which runs in the hosts that add it (<c>AddBudgets</c>). A process leases a part of a budget for a
/// short time, and spends it by itself. No more is ever spent than a limit allows, but for what was settled above what was reserved. A process
/// that dies leaves as spent what it had leased.
/// </remarks>
public interface IBudgets
{
    /// <summary>
    /// Reserves what is about to be spent, in all budgets that it concerns. Waits for room where a limit slides, the more urgent before the less;
    /// what concerns no budget is never waited for.
    /// </summary>
    /// <param name="spending">What, and for what.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The reservation, to be settled.</returns>
    /// <exception cref="BudgetExhaustedException">
    /// There is no room and waiting does not help (<c>budget-exhausted</c>), more is wanted at once than a limit allows (<c>budget-too-small</c>), the
    /// rest is kept for others (<c>budget-downgrade</c>), or too many wait (<c>budget-queue-full</c>).
    /// </exception>
    ValueTask<Reservation> AcquireAsync(Spending spending, CancellationToken cancellationToken = default);
}
