namespace Ganglion.Journal.Entries;

/// <summary>A turn has begun.</summary>
/// <param name="At">When.</param>
/// <param name="Version">The version of the handler.</param>
internal sealed record TurnEntry(DateTimeOffset At, int Version = 1) : JournalEntry;
