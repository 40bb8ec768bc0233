namespace Ganglion.Budgets;

/// <summary>What of a reservation is of one lease.</summary>
internal readonly record struct ReservedPart(LeasedBudget Budget, Lease Lease, Usage Taken);
