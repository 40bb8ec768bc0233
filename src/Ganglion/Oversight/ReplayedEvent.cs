using Ganglion.Brokers;

namespace Ganglion.Oversight;

/// <summary>A past event, and how two guards judge it.</summary>
/// <param name="Position">Where it lies.</param>
/// <param name="Id">Its id; <see langword="null"/>: the record claims to be an event, and is none.</param>
/// <param name="Type">Its type.</param>
/// <param name="Key">The key of its record; <see langword="null"/>: none, or it is no text.</param>
/// <param name="Now">How <see cref="GuardReplay.Against"/> judges it.</param>
/// <param name="Then">How <see cref="GuardReplay.Guard"/> judges it.</param>
/// <param name="IsDifferent">Whether they decide otherwise, for another reason, or change it to something else.</param>
public sealed record ReplayedEvent(
    TopicPartitionOffset Position, string? Id, string? Type, string? Key, ReplayedVerdict Now, ReplayedVerdict Then, bool IsDifferent);
