namespace Ganglion.Brokers.Listener.Groups;

/// <summary>Who somebody claims to be.</summary>
/// <param name="MemberId">The member; empty if it is nobody, or if only the other name is known.</param>
/// <param name="InstanceId">The name that it keeps from one start to the next; null if it has none.</param>
internal sealed record MemberIdentity(string MemberId, string? InstanceId);
