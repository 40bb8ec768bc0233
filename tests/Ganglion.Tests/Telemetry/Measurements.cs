using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ganglion.Telemetry;

namespace Ganglion.Tests.Telemetry;

/// <summary>Keeps what is measured and bears a certain tag, so that tests that run beside each other do not count together.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measurement> _all = new();

    public Measurements(string tag, object value)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == GanglionTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measured, tags, _) => Keep(instrument, measured, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, measured, tags, _) => Keep(instrument, measured, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, measured, tags, _) => Keep(instrument, measured, tags));
        _listener.Start();

        void Keep(Instrument instrument, double measured, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var measurement = new Measurement(instrument.Name, instrument.Unit, measured, new Dictionary<string, object?>(tags.ToArray()));
            if (Equals(measurement.Tags.GetValueOrDefault(tag), value))
            {
                _all.Enqueue(measurement);
            }
        }
    }

    public IEnumerable<Measurement> Of(string instrument) => _all.Where(one => one.Instrument == instrument);

    /// <summary>Looks at what is not told but observed.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    internal sealed record Measurement(string Instrument, string? Unit, double Value, IReadOnlyDictionary<string, object?> Tags);
}
