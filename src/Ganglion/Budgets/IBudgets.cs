namespace Ganglion.Budgets;

/// <summary>
/// Budgets of requests, tokens and money, shared by all processes on the broker: whoever is about to spend acquires room in all that it concerns, and settles
/// what it was in the end. A service of every host that has Ganglion. Thread-safe.
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

    /// <summary>Lists the budgets, by name: those that are defined, and those of which each has one by itself.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<BudgetStatus>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Looks at a budget.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How much of it is spent; null if there is none of this name.</returns>
    ValueTask<BudgetStatus?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Defines a budget from now on, in all processes, whatever is configured. What is leased already may still be spent. What was spent within a limit counts on within one of
    /// the same kind.
    /// </summary>
    /// <param name="budget">The budget.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be defined nevertheless.</param>
    /// <exception cref="BudgetException">It cannot be so (<c>budget-malformed</c>); the message has all faults.</exception>
    ValueTask SetAsync(BudgetDefinition budget, string? by = null, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Takes back what <see cref="SetAsync"/> has defined: what is configured counts again, if anything is.</summary>
    /// <param name="name">The budget.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be taken back nevertheless.</param>
    /// <returns>Whether it was so defined.</returns>
    ValueTask<bool> UnsetAsync(string name, string? by = null, string? reason = null, CancellationToken cancellationToken = default);
}
