namespace Ganglion.Agents;

/// <summary>Tells how the agents of this host are doing: a service of every host that has been given agents.</summary>
public interface IAgentStatuses
{
    /// <summary>All agents of the host, as they are now.</summary>
    IReadOnlyList<AgentStatus> List();
}
