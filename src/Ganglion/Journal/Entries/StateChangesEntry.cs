using Ganglion.State;

namespace Ganglion.Journal.Entries;

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
