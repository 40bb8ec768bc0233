using Ganglion.Telemetry;

namespace Ganglion.Runtime.Steps;

internal sealed class DeduplicateStep(AgentMetrics metrics) : IArrivalStep
{
    public bool Run(Invocation invocation)
    {
        if (invocation.Input.Seen.Add(invocation.Event!))
        {
            return true;
        }

        metrics.Duplicate(invocation.Input.Id.Topic);
        return false;
    }
}
