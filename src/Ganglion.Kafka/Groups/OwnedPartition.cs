using Ganglion.Kafka.Reading;

namespace Ganglion.Kafka.Groups;

/// <summary>A partition that a member owns.</summary>
/// <param name="Fetched">What brings its records.</param>
/// <param name="TopicId">The topic, as it was when the partition came.</param>
/// <param name="Generation">The generation of the group in which it came.</param>
internal sealed record OwnedPartition(FetchedPartition Fetched, Guid TopicId, int Generation);
