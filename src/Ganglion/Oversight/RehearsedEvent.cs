using Ganglion.Brokers;

namespace Ganglion.Oversight;

/// <summary>An event that lies in the entry of a route, and where it would go.</summary>
/// <param name="Position">Where it lies.</param>
/// <param name="Id">Its id; <see langword="null"/>: the record claims to be an event, and is none.</param>
/// <param name="Type">Its type.</param>
/// <param name="Key">The key of its record; <see langword="null"/>: none, or it is no text.</param>
/// <param name="Now">Where it goes by the route as it is.</param>
/// <param name="Then">Where it would go by the route as it is to be.</param>
public sealed record RehearsedEvent(
    TopicPartitionOffset Position, string? Id, string? Type, string? Key, IReadOnlyList<RehearsedWay> Now, IReadOnlyList<RehearsedWay> Then);
