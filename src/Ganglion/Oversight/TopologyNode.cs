using Ganglion.Routes;

namespace Ganglion.Oversight;

/// <summary>A topic, a router or an agent.</summary>
/// <param name="Id">Tells it from all others: <c>topic:NAME</c>, <c>router:CHANNEL</c> or <c>agent:NAME</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The topic, the channel of the router, or the agent.</param>
public sealed record TopologyNode(string Id, TopologyNodeKind Kind, string Name)
{
    /// <summary>The stages of a router, in their order.</summary>
    public IReadOnlyList<Stage> Stages { get; init; } = [];

    /// <summary>The version of a router's route.</summary>
    public int? Version { get; init; }

    /// <summary>How many processes host a router or an agent; <see langword="null"/> for a topic.</summary>
    public int? Hosts { get; init; }

    /// <summary>Whether it handles nothing now, because it, its channel or everything is paused.</summary>
    public bool IsPaused { get; init; }
}
