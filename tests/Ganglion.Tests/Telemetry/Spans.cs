using System.Collections.Concurrent;
using System.Diagnostics;
using Ganglion.Telemetry;

namespace Ganglion.Tests.Telemetry;

/// <summary>Keeps the spans that have ended.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = new();

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GanglionTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IEnumerable<Activity> Named(string name) => _ended.Where(span => span.OperationName == name);

    public void Dispose() => _listener.Dispose();
}
