using Ganglion.Agents;

namespace Ganglion.Runtime;

/// <summary>The way that every event takes through the agents of a host, for people to read: a service of the host.</summary>
public sealed class AgentPipeline
{
    private readonly Func<IEnumerable<(AgentType? Agent, PlacedMiddleware Middleware)>> _middleware;

    internal AgentPipeline(Func<IEnumerable<(AgentType? Agent, PlacedMiddleware Middleware)>> middleware)
    {
        _middleware = middleware;
    }

    /// <summary>The steps of an agent without middleware, in the order in which an event takes them.</summary>
    public static IReadOnlyList<PipelineStep> BuiltInSteps => InvocationPipeline.Steps;

    /// <summary>
    /// The steps in the order in which an event takes them, with the middleware of the host, and that of its agents as far as they run. What
    /// is placed before a step or after it runs around all that follows, up to <see cref="PipelineSteps.Collect"/>.
    /// </summary>
    public IReadOnlyList<PipelineStep> Steps
    {
        get
        {
            (AgentType? Agent, PlacedMiddleware Middleware)[] all = [.. _middleware()];
            return
            [
                .. BuiltInSteps.SelectMany<PipelineStep, PipelineStep>(step =>
                    [.. At(PipelinePlace.Before(step.Name)), step, .. At(PipelinePlace.After(step.Name))]),
            ];

            IEnumerable<PipelineStep> At(PipelinePlace place) => all.Where(one => one.Middleware.Place == place)
                .Select(one => new PipelineStep(
                    one.Middleware.Type.Name, $"Runs middleware {place}, around what follows.", one.Agent));
        }
    }
}
