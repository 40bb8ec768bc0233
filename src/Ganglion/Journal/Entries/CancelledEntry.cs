namespace Ganglion.Journal.Entries;

/// <summary>Who called has given up: whatever the handler waits for has ended with that.</summary>
/// <param name="At">When.</param>
internal sealed record CancelledEntry(DateTimeOffset At) : JournalEntry;
