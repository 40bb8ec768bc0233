namespace Ganglion.Brokers.Listener.Groups;

/// <summary>A member as everybody may see it.</summary>
/// <param name="MemberId">Its id.</param>
/// <param name="InstanceId">The name that it keeps from one start to the next; null if it has none.</param>
/// <param name="ClientId">As it calls itself.</param>
/// <param name="ClientHost">Where it comes from.</param>
/// <param name="Metadata">What it says about itself; nothing while the group rebalances.</param>
/// <param name="Assignment">What it is assigned; nothing while the group rebalances.</param>
internal sealed record DescribedMember(
    string MemberId,
    string? InstanceId,
    string ClientId,
    string ClientHost,
    ReadOnlyMemory<byte> Metadata,
    ReadOnlyMemory<byte> Assignment);
