using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Journal;

namespace Ganglion.Runtime.Steps;

internal sealed class DeferStep(AgentOptions options, AgentTopics topics) : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation)
    {
        HeldInstances held = invocation.Instance!.Partition.Held;
        invocation.SkipsHandler = false;
        if (!held.IsEmpty && invocation.Deferred is null && held.IsHeldFrom(invocation.Key!, invocation.Operation?.Invocation))
        {
            Defer(invocation, held);
        }

        return default;
    }

    private void Defer(Invocation invocation, HeldInstances held)
    {
        // Outcomes are never refused: there are no more of them than handlers that wait.
        if (invocation.Operation is null && held.CountOf(invocation.Key!) >= options.MaxDeferred)
        {
            throw new InstanceBusyException(
                $"An exclusive handler has the instance '{invocation.Key}' for itself, and {options.MaxDeferred} events wait for it already. Redrive the event later, let the handler wait for less long, or raise {nameof(AgentOptions.MaxDeferred)}.");
        }

        DeferredEvent deferred = held.Defer(invocation.Key!);
        Record record = deferred.ToRecord(invocation.Record with { Headers = WithOrigin(invocation) });
        deferred.Record = record;
        invocation.PutAside = deferred;
        invocation.Records = [new ProducerRecord(topics.Journal, record, invocation.Input.AgentPartition!.Number)];
        invocation.SkipsHandler = true;
        FaultHook.Reach(FaultPoints.EventDeferred);
    }

    // It comes back through the inbox, where it is to be known for what it is.
    private static RecordHeaders WithOrigin(Invocation invocation)
    {
        RecordHeaders headers = invocation.Record.Headers;
        return invocation.Operation is not null || Inbox.IsForwarded(headers)
            ? headers
            : Inbox.Forward(headers, invocation.Handler!.Channel, invocation.Origin.Position);
    }
}
