using Ganglion.Agents;
using Ganglion.Supervision;

namespace Ganglion.Hosting;

/// <summary>
/// Shows what a host knows of its agents and supervisors. Not the host itself: a container disposes of what it hands out under several names
/// in the order in which it was asked for, and the agents are to go before all else.
/// </summary>
internal sealed class HostStatuses(AgentHost host) : IAgentStatuses, ISupervisorStatuses
{
    IReadOnlyList<AgentStatus> IAgentStatuses.List() => host.AgentStatuses;

    IReadOnlyList<SupervisorStatus> ISupervisorStatuses.List() => host.SupervisorStatuses;
}
