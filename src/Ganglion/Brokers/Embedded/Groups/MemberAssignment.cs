namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>What a member finds when it looks at its assignment.</summary>
/// <param name="Generation">The group's generation.</param>
/// <param name="Kept">The partitions that are its own, and stay so.</param>
/// <param name="Leaving">The partitions that are its own, and that it is asked to give back.</param>
internal sealed record MemberAssignment(int Generation, IReadOnlyList<PartitionOwnership> Kept, IReadOnlyList<PartitionOwnership> Leaving);
