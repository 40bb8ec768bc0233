using Ganglion.Events;
using Ganglion.Routes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Agents;

/// <summary>What all handlers of an agent share: one object per agent, behind every <see cref="AgentContext"/>.</summary>
internal sealed record AgentServices(
    AgentType Type, IRouteTable Routes, Pauses Pauses, IServiceScopeFactory Scopes, EventDataSerializer Data, TimeProvider Time, CircuitBreakers Circuits, ILogger Logger)
{
    /// <summary>The source of the events that the agent sends.</summary>
    public string Source { get; } = $"/agents/{Type}";

    /// <summary>Reads and writes what its instances remember.</summary>
    public StateSerializer States { get; } = new(Data, Type.Name, $"/agents/{Type}");
}
