namespace Ganglion.Agents;

/// <summary>How an agent of this host is doing.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="IsWorking">
/// Whether it takes part in its group. One that is not working is started again by its supervisor, unless its host stops.
/// </param>
/// <param name="Reason">Why it is not working, for people; <see langword="null"/> if it is.</param>
public sealed record AgentStatus(AgentType Agent, bool IsWorking, string? Reason = null)
{
    /// <summary>The supervisor that it is under.</summary>
    public string Supervisor { get; init; } = "root";

    /// <summary>How often it was restarted since the host began.</summary>
    public int Restarts { get; init; }

    /// <summary>How many handlers block a thread though they were given up: see <see cref="HandlerBlockedException"/>.</summary>
    public int BlockedHandlers { get; init; }

    /// <summary>The partitions, of those that this host has, in which everything fails.</summary>
    public IReadOnlyList<SuspendedPartition> Suspended { get; init; } = [];
}
