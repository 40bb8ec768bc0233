using Ganglion.Agents;

namespace Ganglion.Runtime;

/// <summary>One step of the way that every event takes through an agent.</summary>
/// <param name="Name">Its short name.</param>
/// <param name="Description">What it does, in one sentence.</param>
/// <param name="Agent">The agent whose events alone take it; <see langword="null"/>: all events do.</param>
public sealed record PipelineStep(string Name, string Description, AgentType? Agent = null);
