namespace Ganglion.Journal.Entries;

/// <summary>An operation has ended.</summary>
/// <param name="Operation">Which.</param>
/// <param name="Outcome">With what.</param>
/// <param name="At">When.</param>
internal sealed record OutcomeEntry(Operation Operation, Outcome Outcome, DateTimeOffset At) : JournalEntry;
