using System.Diagnostics.Metrics;
using Ganglion.Telemetry;

namespace Ganglion.Clients;

/// <summary>What is counted about requests from outside of agents. What nobody listens to costs a look at a flag.</summary>
internal sealed class RequestMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Counter<long> _unclaimed;

    public RequestMetrics(IMeterFactory? meters)
    {
        Meter meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _unclaimed = meter.CreateCounter<long>("ganglion.events.unclaimed", "{event}", "Answers and replies for which nobody waits, or waits any more.");
    }

    /// <summary>A reply has come a second time, late, or for nobody.</summary>
    public void Unclaimed() => _unclaimed.Add(
        1,
        new KeyValuePair<string, object?>("messaging.system", GanglionTelemetry.MessagingSystem),
        new KeyValuePair<string, object?>("messaging.destination.name", ClientInbox.Topic));

    public void Dispose() => _ownMeter?.Dispose();
}
