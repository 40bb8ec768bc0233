namespace Ganglion.Journal.Entries;

/// <summary>The invocation has been parked: only its event goes on with it, when it is redriven.</summary>
/// <param name="Cause">Why.</param>
internal sealed record ParkedEntry(string Cause) : JournalEntry;
