using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Journal.Entries;

/// <summary>What began the invocation. Recorded when its first turn ends without its end, since its offset is committed then.</summary>
/// <param name="Channel">The channel that the event came from.</param>
/// <param name="Event">The event.</param>
/// <param name="At">Where it lay.</param>
internal sealed record BegunEntry(string Channel, CloudEvent Event, TopicPartitionOffset At) : JournalEntry;
