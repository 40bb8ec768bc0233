namespace Ganglion.Runtime;

/// <summary>The way that every event takes through an agent, for people to read.</summary>
public static class AgentPipeline
{
    /// <summary>The steps in the order in which an event takes them.</summary>
    public static IReadOnlyList<PipelineStep> Steps => InvocationPipeline.Steps;
}
