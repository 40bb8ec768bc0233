using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Agents;

/// <summary>One thing that was done with the state of an instance.</summary>
/// <param name="Kind">What.</param>
/// <param name="Position">Where it lies.</param>
/// <param name="Version">How many times the state was changed or set since it began, this included.</param>
/// <param name="Event">
/// The event on the log: when, in its time; because of which event, in its <see cref="CloudEvent.CausationId"/>; the whole value or the
/// change, in its data.
/// </param>
public sealed record AgentStateChange(AgentStateChangeKind Kind, TopicPartitionOffset Position, long Version, CloudEvent Event)
{
    /// <summary>What the change is called; <see langword="null"/> for whatever is no change.</summary>
    public string? Name { get; init; }

    /// <summary>How many changes before this one are gone, because compaction has removed them.</summary>
    public long Missing { get; init; }
}
