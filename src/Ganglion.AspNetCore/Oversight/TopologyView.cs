using Ganglion.Oversight;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>Who is connected with whom.</summary>
internal sealed record TopologyView(IReadOnlyList<TopologyNodeView> Nodes, IReadOnlyList<TopologyEdgeView> Edges)
{
    public static TopologyView Of(Topology topology) => new([.. topology.Nodes.Select(TopologyNodeView.Of)], [.. topology.Edges.Select(TopologyEdgeView.Of)]);
}

/// <summary>A topic, a router or an agent.</summary>
internal sealed record TopologyNodeView(string Id, string Kind, string Name)
{
    public IReadOnlyList<StageView>? Stages { get; init; }

    public int? Version { get; init; }

    public int? Hosts { get; init; }

    public bool? IsPaused { get; init; }

    public static TopologyNodeView Of(TopologyNode node) => new(
        node.Id,
        node.Kind switch
        {
            TopologyNodeKind.Router => "router",
            TopologyNodeKind.Agent => "agent",
            TopologyNodeKind.DeadLetters => "dead-letters",
            _ => "topic",
        },
        node.Name)
    {
        Stages = node.Kind == TopologyNodeKind.Router ? [.. node.Stages.Select(StageView.Of)] : null,
        Version = node.Version,
        Hosts = node.Hosts,
        IsPaused = node.IsPaused ? true : null,
    };
}

/// <summary>A way that events take.</summary>
internal sealed record TopologyEdgeView(string From, string To)
{
    public string? Label { get; init; }

    public bool? IsAside { get; init; }

    public static TopologyEdgeView Of(TopologyEdge edge) => new(edge.From, edge.To) { Label = edge.Label, IsAside = edge.IsAside ? true : null };
}
