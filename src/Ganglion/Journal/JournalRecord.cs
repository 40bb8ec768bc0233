using Ganglion.Journal.Entries;

namespace Ganglion.Journal;

/// <summary>What a record of a journal holds.</summary>
/// <param name="Invocation">The invocation.</param>
/// <param name="Number">The how-manyeth record of the invocation; from 0.</param>
/// <param name="Instance">The key of the instance.</param>
/// <param name="Entries">What is recorded.</param>
/// <param name="IsExclusive">Whether the invocation has the instance for itself while it waits.</param>
internal readonly record struct JournalRecord(
    InvocationId Invocation, int Number, string Instance, IReadOnlyList<JournalEntry> Entries, bool IsExclusive = false);
