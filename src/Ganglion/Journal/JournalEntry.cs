using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Journal;

/// <summary>What a journal is made of, in the order in which it happened.</summary>
internal abstract record JournalEntry;

/// <summary>What began the invocation. Recorded when its first turn ends without its end, since its offset is committed then.</summary>
/// <param name="Channel">The channel that the event came from.</param>
/// <param name="Event">The event.</param>
/// <param name="At">Where it lay.</param>
internal sealed record BegunEntry(string Channel, CloudEvent Event, TopicPartitionOffset At) : JournalEntry;

/// <summary>A turn has begun.</summary>
/// <param name="At">When.</param>
/// <param name="Version">The version of the handler.</param>
internal sealed record TurnEntry(DateTimeOffset At, int Version = 1) : JournalEntry;

/// <summary>The turn has looked at the instance's state.</summary>
/// <param name="State">The state as it was when the turn began; <see langword="null"/>: none.</param>
/// <param name="Before">
/// What the turn before it that looked has seen. Where only changes have come since, only they are recorded: an invocation that changes its
/// instance's state at each of many turns would record all of it each time.
/// </param>
internal sealed record StateEntry(StoredState? State, StoredState? Before = null) : JournalEntry;

/// <summary>The turn has looked at the instance's state, as the journal has it: by what has come since the turn before it that looked.</summary>
/// <param name="Changes">What has changed.</param>
internal sealed record StateChangesEntry(IReadOnlyList<StoredChange> Changes) : JournalEntry
{
    /// <summary>Puts what the turns have seen in the place of what has changed between them.</summary>
    public static void Resolve(List<JournalEntry> entries)
    {
        StoredState? seen = null;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i] is StateChangesEntry { Changes: var changes })
            {
                entries[i] = new StateEntry(changes.Aggregate(seen, StoredState.Change));
            }

            seen = entries[i] is StateEntry { State: var state } ? state : seen;
        }
    }
}

/// <summary>An operation has ended.</summary>
/// <param name="Operation">Which.</param>
/// <param name="Outcome">With what.</param>
/// <param name="At">When.</param>
internal sealed record OutcomeEntry(Operation Operation, Outcome Outcome, DateTimeOffset At) : JournalEntry;

/// <summary>Who called has given up: whatever the handler waits for has ended with that.</summary>
/// <param name="At">When.</param>
internal sealed record CancelledEntry(DateTimeOffset At) : JournalEntry;

/// <summary>The turn is over, and the handler waits.</summary>
/// <param name="For">The operations that have not ended.</param>
internal sealed record WaitEntry(IReadOnlyList<Operation> For) : JournalEntry;

/// <summary>The invocation has been parked: only its event goes on with it, when it is redriven.</summary>
/// <param name="Cause">Why.</param>
internal sealed record ParkedEntry(string Cause) : JournalEntry;
