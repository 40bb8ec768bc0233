namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>Partitions of one topic.</summary>
/// <param name="Id">The topic's id.</param>
/// <param name="Name">The topic's name.</param>
/// <param name="Partitions">The numbers of the partitions, sorted.</param>
internal sealed record AssignedTopic(Guid Id, string Name, IReadOnlyList<int> Partitions);
