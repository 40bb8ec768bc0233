namespace Ganglion.Brokers.Listener.Groups;

/// <summary>A member as the leader is told of it.</summary>
/// <param name="MemberId">Its id.</param>
/// <param name="InstanceId">The name that it keeps from one start to the next; null if it has none.</param>
/// <param name="Metadata">What it says about itself.</param>
internal sealed record JoinedMember(string MemberId, string? InstanceId, ReadOnlyMemory<byte> Metadata);
