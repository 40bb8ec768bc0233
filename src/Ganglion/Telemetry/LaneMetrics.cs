using System.Diagnostics.Metrics;

namespace Ganglion.Telemetry;

/// <summary>What is counted of the lanes of channels, whoever reads them.</summary>
internal sealed class LaneMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Counter<long> _turnedAway;

    /// <param name="meters">Makes the meter.</param>
    /// <param name="lags">How much waits: topic, group that reads it, events.</param>
    public LaneMetrics(IMeterFactory? meters, Func<IEnumerable<(string Topic, string Group, long Lag)>> lags)
    {
        Meter meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _turnedAway = meter.CreateCounter<long>("ganglion.lane.turned_away", "{event}", "Events that were not let into a lane because it was full.");
        meter.CreateObservableGauge(
            "ganglion.lane.lag",
            () => lags().Select(one => new Measurement<long>(
                one.Lag, new("messaging.destination.name", one.Topic), new("messaging.consumer.group.name", one.Group))),
            "{event}",
            "How many events of a lane a group has not handled yet.");
    }

    public void TurnedAway(string topic) => _turnedAway.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", topic));

    public void Dispose() => _ownMeter?.Dispose();
}
