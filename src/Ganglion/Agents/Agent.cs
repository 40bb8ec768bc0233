namespace Ganglion.Agents;

/// <summary>
/// An agent: a class whose methods, marked with <see cref="OnAttribute"/>, handle events. Name it with
/// <see cref="AgentAttribute"/>; its constructor takes services.
/// </summary>
/// <remarks>
/// A new object is made for every event, and dropped afterwards: what an instance is to remember goes into its state
/// (<see cref="AgentContext.SetState{T}"/>), not into fields.
/// </remarks>
public abstract class Agent;
