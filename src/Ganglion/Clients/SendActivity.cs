using System.Diagnostics;
using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Telemetry;

namespace Ganglion.Clients;

/// <summary>The span <c>send topic</c> around a publication.</summary>
internal static class SendActivity
{
    public static Activity? Start(string topic, CloudEvent @event) => !GanglionTelemetry.Source.HasListeners() ? null
        : GanglionTelemetry.Source.StartActivity($"send {topic}", ActivityKind.Producer)?
            .SetTag("messaging.system", GanglionTelemetry.MessagingSystem)
            .SetTag("messaging.operation.name", "send")
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.destination.name", topic)
            .SetTag("messaging.message.id", @event.Id)
            .SetTag("messaging.message.conversation_id", @event.CorrelationId ?? @event.Id)
            .SetTag("cloudevents.event_id", @event.Id)
            .SetTag("cloudevents.event_source", @event.Source)
            .SetTag("cloudevents.event_type", @event.Type);

    /// <summary>Where the event lies.</summary>
    public static void SetPlace(this Activity activity, TopicPartitionOffset place) => activity
        .SetTag("messaging.destination.partition.id", place.Partition.Partition.ToString(CultureInfo.InvariantCulture))
        .SetTag("messaging.kafka.offset", place.Offset);
}
