namespace Ganglion.Agents;

/// <summary>
/// A partition of an agent in which everything has failed, so that its events wait rather than being parked: see
/// <see cref="AgentOptions.SuspendAfter"/>.
/// </summary>
/// <param name="Partition">The number of the partition.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">What the handler threw last, for people.</param>
/// <param name="Probes">How many events have been handled since then to see whether it goes again.</param>
public sealed record SuspendedPartition(int Partition, DateTimeOffset Since, string Reason, int Probes);
