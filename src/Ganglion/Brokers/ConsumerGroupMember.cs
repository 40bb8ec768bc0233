namespace Ganglion.Brokers;

/// <summary>A member of a consumer group.</summary>
/// <param name="MemberId">As the broker named it.</param>
/// <param name="ClientId">As it named itself.</param>
/// <param name="Assignment">The partitions it owns, sorted.</param>
public sealed record ConsumerGroupMember(string MemberId, string ClientId, IReadOnlyList<TopicPartition> Assignment);
