namespace Ganglion.Agents;

/// <summary>Which topics an agent reads beside those of its handlers' channels. Messages are handled by their type (<see cref="IHandle{T}"/>).</summary>
/// <param name="AgentType">The agent.</param>
public abstract record AgentSubscription(AgentType AgentType);
