namespace Ganglion.Journal.Entries;

/// <summary>What a journal is made of, in the order in which it happened.</summary>
internal abstract record JournalEntry;
