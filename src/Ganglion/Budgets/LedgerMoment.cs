namespace Ganglion.Budgets;

/// <summary>When something happens, by the clocks of whoever keeps a ledger.</summary>
/// <param name="Keeper">Who that is: the clocks of two have nothing to do with each other.</param>
/// <param name="Milliseconds">What its steady clock says.</param>
/// <param name="Utc">What its calendar says.</param>
internal readonly record struct LedgerMoment(string Keeper, long Milliseconds, DateTimeOffset Utc);
