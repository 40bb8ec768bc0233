using System.Diagnostics;
using System.Globalization;
using Ganglion.Events;
using Ganglion.Telemetry;

namespace Ganglion.Runtime;

/// <summary>The span <c>process channel</c> around a handler.</summary>
internal static class ProcessActivity
{
    public static Activity? Start(string agent, Invocation invocation)
    {
        if (!GanglionTelemetry.Source.HasListeners())
        {
            return null;
        }

        CloudEvent @event = invocation.Event!;
        TraceContext hop = TraceContext.Read(invocation.Record.Headers);
        _ = ActivityContext.TryParse(hop.TraceParent ?? @event.TraceParent, hop.TraceState ?? @event.TraceState, isRemote: true, out ActivityContext parent);
        Activity? activity = GanglionTelemetry.Source.StartActivity($"process {invocation.Origin.Topic}", ActivityKind.Consumer, parent);
        return activity?
            .SetTag("messaging.system", GanglionTelemetry.MessagingSystem)
            .SetTag("messaging.operation.name", "process")
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", invocation.Origin.Topic)
            .SetTag("messaging.destination.partition.id", invocation.Origin.Partition.ToString(CultureInfo.InvariantCulture))
            .SetTag("messaging.kafka.offset", invocation.Origin.Offset)
            .SetTag("messaging.consumer.group.name", agent)
            .SetTag("messaging.message.id", @event.Id)
            .SetTag("messaging.message.conversation_id", @event.CorrelationId ?? @event.Id)
            .SetTag("cloudevents.event_id", @event.Id)
            .SetTag("cloudevents.event_source", @event.Source)
            .SetTag("cloudevents.event_type", @event.Type);
    }
}
