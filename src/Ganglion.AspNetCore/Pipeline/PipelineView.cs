namespace Ganglion.AspNetCore.Pipeline;

/// <summary>The steps by which an agent's event is handled, in order.</summary>
internal sealed record PipelineView(IReadOnlyList<PipelineStepView> Steps);

/// <summary>A step, and what it does in one sentence.</summary>
internal sealed record PipelineStepView(string Name, string Description);
