namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>A member of a modern group as everybody may see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="InstanceId">The name that it keeps from one start to the next; null if it has none.</param>
/// <param name="RackId">Where it stands; null if it does not say.</param>
/// <param name="Epoch">The last of the group's decisions that it has followed, or is about to; -2 if it has left for a while.</param>
/// <param name="ClientId">As it calls itself.</param>
/// <param name="ClientHost">Where it comes from.</param>
/// <param name="Topics">The names that it subscribes to.</param>
/// <param name="Pattern">The regular expression that it subscribes to; null if there is none.</param>
/// <param name="Assigned">What it may have.</param>
/// <param name="Target">What it is meant to have.</param>
internal sealed record ModernMemberDescription(
    string Id,
    string? InstanceId,
    string? RackId,
    int Epoch,
    string ClientId,
    string ClientHost,
    IReadOnlyList<string> Topics,
    string? Pattern,
    IReadOnlyList<AssignedTopic> Assigned,
    IReadOnlyList<AssignedTopic> Target);
