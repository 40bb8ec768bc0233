using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ganglion.Telemetry;

/// <summary>What guards say, and how long it takes them. What nobody listens to costs a look at a flag.</summary>
internal sealed class GuardMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Counter<long> _verdicts;
    private readonly Histogram<double> _duration;

    public GuardMetrics(IMeterFactory? meters)
    {
        Meter meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _verdicts = meter.CreateCounter<long>("ganglion.guard.verdicts", "{event}", "Events that guards have judged, or have failed to.");
        _duration = meter.CreateHistogram<double>("ganglion.guard.duration", "s", "How long guards take for an event.");
    }

    /// <summary>A guard begins.</summary>
    /// <returns>When that was; 0: nobody listens.</returns>
    public long Begin() => _verdicts.Enabled || _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>A guard has judged.</summary>
    public void Judged(string guard, string version, string verdict, long started)
    {
        if (started != 0)
        {
            Record(Tags(guard, version, verdict), started);
        }
    }

    /// <summary>A guard has not judged.</summary>
    public void Failed(string guard, string version, Exception failure, long started)
    {
        if (started != 0)
        {
            TagList tags = Tags(guard, version, "none");
            tags.Add("error.type", ErrorTypes.Of(failure));
            Record(tags, started);
        }
    }

    public void Dispose() => _ownMeter?.Dispose();

    private void Record(in TagList tags, long started)
    {
        _verdicts.Add(1, tags);
        _duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }

    private static TagList Tags(string guard, string version, string verdict) => new()
    {
        { "ganglion.guard.name", guard },
        { "ganglion.guard.version", version },
        { "ganglion.guard.verdict", verdict },
    };
}
