using Ganglion.Agents;
using Ganglion.Supervision;
using Polly.CircuitBreaker;

namespace Ganglion.AspNetCore.Supervision;

/// <summary>How the agents of the host are doing, with their supervisors and what they depend on.</summary>
internal sealed record SupervisionView(
    IReadOnlyList<AgentStatusView> Agents, IReadOnlyList<SupervisorStatusView> Supervisors, IReadOnlyList<CircuitStatusView> Circuits)
{
    /// <summary>What is not as it should be, a sentence for each.</summary>
    public IEnumerable<string> Concerns() =>
    [
        .. Supervisors.Where(supervisor => supervisor.Reason is not null).Select(supervisor => $"The supervisor '{supervisor.Name}' does not work: {supervisor.Reason}"),
        .. Agents.Where(agent => agent.Suspended.Count > 0).Select(agent => $"Everything fails in {agent.DescribeSuspended()} of '{agent.Name}': {agent.Suspended[0].Reason}"),
        .. Agents.Where(agent => agent.BlockedHandlers > 0).Select(agent => $"{agent.BlockedHandlers} handlers of '{agent.Name}' block their threads."),
        .. Circuits.Where(circuit => circuit.State != CircuitStatusView.Closed).Select(circuit => $"The circuit breaker of '{circuit.Dependency}' is {circuit.State}."),
    ];
}

/// <summary>How an agent is doing.</summary>
internal sealed record AgentStatusView(
    string Name, string Supervisor, string State, int Restarts, int BlockedHandlers, IReadOnlyList<SuspendedPartitionView> Suspended, string? Reason = null)
{
    /// <summary>The partitions in which everything fails, in words.</summary>
    public string DescribeSuspended() => (Suspended.Count == 1 ? "partition " : "partitions ") + string.Join(", ", Suspended.Select(one => one.Partition));

    public static AgentStatusView Of(AgentStatus status) => new(
        status.Agent.Name,
        status.Supervisor,
        !status.IsWorking ? "not working" : status.Suspended.Count > 0 ? "suspended" : "working",
        status.Restarts,
        status.BlockedHandlers,
        [.. status.Suspended.OrderBy(partition => partition.Partition).Select(one => new SuspendedPartitionView(one.Partition, one.Since, one.Reason, one.Probes))],
        status.Reason);
}

/// <summary>A partition in which everything fails.</summary>
internal sealed record SuspendedPartitionView(int Partition, DateTimeOffset Since, string Reason, int Probes);

/// <summary>How a supervisor is doing.</summary>
internal sealed record SupervisorStatusView(string Name, string Strategy, string? Supervisor = null, string? Reason = null)
{
    public static SupervisorStatusView Of(SupervisorStatus status) => new(status.Name, status.Strategy.ToString(), status.Supervisor, status.Reason);
}

/// <summary>How a circuit breaker stands.</summary>
internal sealed record CircuitStatusView(string Dependency, string State)
{
    public const string Closed = "closed";

    public static CircuitStatusView Of(CircuitStatus status) => new(status.Dependency, status.State switch
    {
        CircuitState.Closed => Closed,
        CircuitState.HalfOpen => "half open",
        _ => "open",
    });
}
