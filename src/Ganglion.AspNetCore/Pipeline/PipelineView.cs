namespace Ganglion.AspNetCore.Pipeline;

/// <summary>The steps by which an agent's event is handled, in order.</summary>
internal sealed record PipelineView(IReadOnlyList<PipelineStepView> Steps);

/// <summary>A step, and what it does in one sentence.</summary>
internal sealed record PipelineStepView(string Name, string Description)
{
    /// <summary>The agent whose events alone take it; none: all events do.</summary>
    public string? Agent { get; init; }
}
