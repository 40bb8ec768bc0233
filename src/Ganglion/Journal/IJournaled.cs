using Ganglion.State;

using Ganglion.Journal.Entries;

namespace Ganglion.Journal;

/// <summary>Whose journal an <see cref="Execution"/> plays and writes.</summary>
internal interface IJournaled
{
    /// <summary>The instance as people know it: the agent and the key.</summary>
    string Instance { get; }

    /// <summary>A turn begins, played or live; what the turn before sent is committed, and to be forgotten.</summary>
    /// <param name="seen">The state that a recorded turn has seen; <see langword="null"/> if it has seen none, or the turn is live.</param>
    /// <param name="isOver">Whether all of it is committed: it is only played, and what it does has no effect.</param>
    void BeginTurn(StateEntry? seen, bool isOver);

    /// <summary>The state that this turn has seen and that is not recorded yet, or which it was; once.</summary>
    JournalEntry? TakeSeenState();

    /// <summary>The state as it was at a version; <see langword="null"/>: there was none.</summary>
    /// <exception cref="JournalException">It is gone (<c>journal-state-gone</c>).</exception>
    StoredState? StateAt(long version);

    /// <summary>Whether the handler was given up: whatever it comes to, nobody waits for it.</summary>
    bool IsAbandoned { get; }

    /// <summary>Whether the handler is cancelled: it begins nothing more, and what it has done is recorded.</summary>
    bool IsInterrupted { get; }

    /// <summary>Puts entries on the log, and returns when they are committed.</summary>
    Task RecordAsync(IReadOnlyList<JournalEntry> entries);
}
