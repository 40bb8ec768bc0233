using Ganglion.Brokers;

namespace Ganglion.Runtime.Commits;

/// <summary>Which of the records of a <see cref="CommitEntry"/> belong together.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many there are; 0: none.</param>
internal readonly record struct RecordRange(int First, int Count)
{
    public bool IsEmpty => Count == 0;

    /// <summary>Those from the first one on, as far as there are any now.</summary>
    public static RecordRange From(int first, List<ProducerRecord> records) => new(first, records.Count - first);
}
