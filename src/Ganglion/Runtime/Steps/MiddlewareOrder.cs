using Ganglion.Agents;

namespace Ganglion.Runtime.Steps;

/// <summary>Where middleware may be placed.</summary>
internal static class MiddlewareOrder
{
    // Before, it is not known what a turn is for, or whether there is one; behind, the instance's next event sees what the handler did, so
    // that nothing may fail any more but the commit.
    private static readonly PipelinePlace[] Allowed =
    [
        PipelinePlace.After(PipelineSteps.Recall),
        PipelinePlace.Before(PipelineSteps.Handle),
        PipelinePlace.After(PipelineSteps.Handle),
        PipelinePlace.Before(PipelineSteps.Reach),
        PipelinePlace.After(PipelineSteps.Reach),
        PipelinePlace.Before(PipelineSteps.Collect),
    ];

    /// <summary>Adds to a list what is placed where it cannot be.</summary>
    /// <param name="all">The middleware.</param>
    /// <param name="owner">Whose it is, as it begins a sentence.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static void Check(IEnumerable<PlacedMiddleware> all, string owner, List<string> faults)
    {
        foreach ((Type type, PipelinePlace place, _) in all.Where(one => !Allowed.Contains(one.Place)))
        {
            string steps = string.Join(", ", InvocationPipeline.Steps.Select(step => $"'{step.Name}'"));
            faults.Add(InvocationPipeline.Steps.Any(step => step.Name == place.Step)
                ? $"{owner} has the middleware {type.Name} {place}, where there can be none: earlier than behind '{PipelineSteps.Recall}' it is not known what is to be handled, and from '{PipelineSteps.Collect}' on nothing may fail any more. Place it {List()}."
                : $"{owner} has the middleware {type.Name} {place}, which is no step: there are {steps}. Place it {List()}.");
        }
    }

    private static string List() => $"{string.Join(", ", Allowed[..^1])} or {Allowed[^1]}";
}
