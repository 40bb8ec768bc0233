namespace Ganglion.Oversight;

/// <summary>How much waits in a lane of a channel.</summary>
/// <param name="Name">The lane.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Waiting">How many of its events each agent that reads it has not handled yet, by consumer group. Empty: none that is alive has read any.</param>
public sealed record LaneStatus(string Name, string Topic, IReadOnlyDictionary<string, long> Waiting);
