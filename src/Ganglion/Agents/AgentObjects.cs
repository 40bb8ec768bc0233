namespace Ganglion.Agents;

/// <summary>Where the objects of an agent's class come from, if the class does not make them itself.</summary>
/// <param name="Name">The agent.</param>
/// <param name="Create">Makes, or finds, the object that handles an event.</param>
/// <param name="AreKept">Whether it belongs to whoever has made it, and is not disposed of with the event.</param>
internal sealed record AgentObjects(string Name, Func<AgentContext, object> Create, bool AreKept);
