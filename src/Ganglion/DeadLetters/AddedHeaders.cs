using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.DeadLetters;

/// <summary>The headers that a record gets when it is forwarded, parked and redriven.</summary>
internal static class AddedHeaders
{
    /// <summary>A record as it was published.</summary>
    public static Record RemoveFrom(Record record) => record with { Headers = RemoveFrom(record.Headers) };

    /// <summary>Headers without those that were added.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="exceptForwarded">Whether what tells where it lay before stays.</param>
    public static RecordHeaders RemoveFrom(RecordHeaders headers, bool exceptForwarded = false) =>
        RecordHeaders.Create([.. headers.Where(header => !IsAdded(header.Name, exceptForwarded))]);

    private static bool IsAdded(string name, bool exceptForwarded) =>
        name == RedrivenMark.Name
        || DeadLetterHeaders.All.Any(family => name.StartsWith(family.Prefix, StringComparison.Ordinal))
        || DeadLetterHeaders.Companions.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
        || (!exceptForwarded && Inbox.Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
}
