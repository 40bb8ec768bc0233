namespace Ganglion.Agents;

/// <summary>How an agent of this host is doing.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="IsWorking">
/// Whether it takes part in its group. One that is not working begins again by itself, unless its host stops.
/// </param>
/// <param name="Reason">Why it is not working, for people; <see langword="null"/> if it is.</param>
public sealed record AgentStatus(AgentType Agent, bool IsWorking, string? Reason = null);
