namespace Ganglion.Oversight;

/// <summary>What stands in a <see cref="Topology"/>.</summary>
public enum TopologyNodeKind
{
    /// <summary>A topic.</summary>
    Topic,

    /// <summary>The router of a channel: it lets events pass the stages of the route.</summary>
    Router,

    /// <summary>An agent.</summary>
    Agent,

    /// <summary>A topic of dead letters.</summary>
    DeadLetters,
}
