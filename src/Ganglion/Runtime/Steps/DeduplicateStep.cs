using Ganglion.DeadLetters;
using Ganglion.Telemetry;

namespace Ganglion.Runtime.Steps;

internal sealed class DeduplicateStep(AgentMetrics metrics) : IArrivalStep
{
    public bool Run(Invocation invocation)
    {
        // What is for an operation counts once because the operation ends once.
        // What was put aside was looked at when it came.
        if (invocation.Operation is not null
            || invocation.Deferred is not null
            || IsNew(invocation, RedrivenMark.Read(invocation.Record)))
        {
            return true;
        }

        metrics.Duplicate(invocation.Input.Id.Topic);
        return false;
    }

    // What was read before a route led elsewhere may come again by the route.
    private static bool IsNew(Invocation invocation, string? redriven) =>
        invocation.Input.Earlier?.Seen.Contains(invocation.Event!, redriven) != true && invocation.Input.Seen.Add(invocation.Event!, redriven);
}
