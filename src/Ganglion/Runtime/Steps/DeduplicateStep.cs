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
            || invocation.Input.Seen.Add(invocation.Event!, RedrivenMark.Read(invocation.Record)))
        {
            return true;
        }

        metrics.Duplicate(invocation.Input.Id.Topic);
        return false;
    }
}
