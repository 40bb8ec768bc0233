namespace Ganglion.Journal.Entries;

/// <summary>The turn is over, and the handler waits.</summary>
/// <param name="For">The operations that have not ended.</param>
internal sealed record WaitEntry(IReadOnlyList<Operation> For) : JournalEntry;
