namespace Ganglion.Journal.Entries;

/// <summary>
/// Which state the turn has seen, where that only grows (<see cref="Agents.IAppendOnly"/>): it is a part of what the instance remembers when the handler runs again, and need not be written
/// once more. So a conversation costs what is new in it, however long it is.
/// </summary>
/// <param name="Version">Its version; 0: there was none.</param>
internal sealed record StateAtEntry(long Version) : JournalEntry;
