using System.Text;
using Ganglion.Agents;
using Ganglion.Journal;
using Ganglion.Runtime.Answers;
using Ganglion.Telemetry;

namespace Ganglion.Runtime.Steps;

internal sealed class CorrelateStep(AgentDefinition agent, AnswerRouter router, AgentMetrics metrics) : IArrivalStep
{
    public bool Run(Invocation invocation)
    {
        // Only what lies in the inbox can be for a handler that waits; elsewhere the headers that say so mean nothing.
        if (invocation.Input.Channel is not null)
        {
            return true;
        }

        if (OperationId.TryRead(invocation.Record, out OperationId operation))
        {
            return TryTakeUp(invocation, operation) || IsForHandler(invocation);
        }

        if (RequestEvents.TryReadCancellation(invocation.Record, out InvocationId cancelled))
        {
            // In the order of its instance's events, so that it does not overtake what it cancels.
            invocation.Operation = new OperationId(cancelled, OperationId.Cancellation);
            invocation.Key = Encoding.UTF8.GetString(invocation.Record.Key.GetValueOrDefault().Span);
            return true;
        }

        if (invocation.Origin.Channel is not null && AnswerRouter.IsOnItsWay(invocation.Record))
        {
            invocation.Records = router.PassOn(invocation.Record, invocation.Origin, invocation.Event!, out bool isUnclaimed);
            return isUnclaimed && IsForHandler(invocation);
        }

        return true;
    }

    private static bool TryTakeUp(Invocation invocation, OperationId operation)
    {
        if (invocation.Input.AgentPartition!.Journals.Find(operation.Invocation) is not { } open)
        {
            return false;
        }

        invocation.Operation = operation;
        invocation.Open = open;
        invocation.Key = open.Key;
        return true;
    }

    // Nobody waits for it, or waits any more.
    private bool IsForHandler(Invocation invocation)
    {
        if (invocation.Origin.Channel is { } channel && agent.FindHandler(channel) is { Unclaimed: true })
        {
            return true;
        }

        metrics.Unclaimed(invocation.Origin.Topic);
        return false;
    }
}
