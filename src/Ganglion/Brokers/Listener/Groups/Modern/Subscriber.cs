namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>A member as an assignor sees it.</summary>
/// <param name="MemberId">Its id.</param>
/// <param name="InstanceId">The name that it keeps from one start to the next; null if it has none.</param>
/// <param name="Topics">What it subscribes to, of what there is.</param>
/// <param name="Held">What it was meant to have so far.</param>
internal sealed record Subscriber(string MemberId, string? InstanceId, IReadOnlySet<Guid> Topics, IReadOnlySet<TopicIdPartition> Held);
