using Ganglion.State;

namespace Ganglion.Journal.Entries;

/// <summary>The turn has looked at the instance's state.</summary>
/// <param name="State">The state as it was when the turn began; <see langword="null"/>: none.</param>
/// <param name="Before">
/// What the turn before it that looked has seen. Where only changes have come since, only they are recorded: an invocation that changes its
/// instance's state at each of many turns would record all of it each time.
/// </param>
internal sealed record StateEntry(StoredState? State, StoredState? Before = null) : JournalEntry;
