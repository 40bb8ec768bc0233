namespace Ganglion.Brokers;

/// <summary>Who commits offsets: a member of a group at a point in the group's life. The broker refuses those of the past.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="MemberId">The member, as the broker named it.</param>
/// <param name="Generation">Counts the group's rebalances.</param>
public sealed record ConsumerGroupMetadata(string GroupId, string MemberId, int Generation);
