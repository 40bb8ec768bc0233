namespace Ganglion.Oversight;

/// <summary>A way that events take.</summary>
/// <param name="From">The node from which.</param>
/// <param name="To">The node to which.</param>
public sealed record TopologyEdge(string From, string To)
{
    /// <summary>The stage that sends them, or the channel that is read where the topic has another name; <see langword="null"/>: there is nothing to add.</summary>
    public string? Label { get; init; }

    /// <summary>Whether they are copies, or could not be handled: the events themselves go another way, or none.</summary>
    public bool IsAside { get; init; }
}
