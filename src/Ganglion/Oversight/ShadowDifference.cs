using Ganglion.Brokers;

namespace Ganglion.Oversight;

/// <summary>That a guard and its shadow have judged an event differently.</summary>
/// <param name="Channel">The channel of the route.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Position">Where the event lies.</param>
/// <param name="EventId">Its id.</param>
/// <param name="At">When it was published, if it says so.</param>
/// <param name="Guard">What counted.</param>
/// <param name="Shadow">What the shadow has said, which changed nothing.</param>
public sealed record ShadowDifference(
    string Channel, string Stage, TopicPartitionOffset Position, string EventId, DateTimeOffset? At, ShadowVerdict Guard, ShadowVerdict Shadow);
