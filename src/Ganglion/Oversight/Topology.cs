namespace Ganglion.Oversight;

/// <summary>Who is connected with whom.</summary>
/// <param name="Nodes">Topics, routers and agents.</param>
/// <param name="Edges">The ways between them.</param>
public sealed record Topology(IReadOnlyList<TopologyNode> Nodes, IReadOnlyList<TopologyEdge> Edges)
{
    /// <summary>Draws it as a flow chart in the language of Mermaid. No name in it can be more than a label.</summary>
    public string ToMermaid() => MermaidChart.Of(this);
}
