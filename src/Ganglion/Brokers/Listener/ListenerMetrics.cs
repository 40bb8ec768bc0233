using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Telemetry;

namespace Ganglion.Brokers.Listener;

/// <summary>Who is connected to a listener, and how long they are kept waiting. What nobody listens to costs a look at a flag.</summary>
internal sealed class ListenerMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly UpDownCounter<long> _connections;
    private readonly Histogram<double> _duration;
    private readonly KeyValuePair<string, object?> _port;

    /// <param name="meters">Whose instruments they are; null: their own.</param>
    /// <param name="port">Where it listens.</param>
    public ListenerMetrics(IMeterFactory? meters, int port)
    {
        Meter meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _connections = meter.CreateUpDownCounter<long>("ganglion.listener.connections", "{connection}", "Clients of Kafka that are connected.");
        _duration = meter.CreateHistogram<double>(
            "ganglion.listener.request.duration", "s", "From when a request of a client has come whole until its answer is handed to the system.");
        _port = new("server.port", port);
    }

    public void Connected() => _connections.Add(1, _port);

    public void Disconnected() => _connections.Add(-1, _port);

    /// <summary>A request has come.</summary>
    /// <returns>When that was, for <see cref="Answered"/>; 0: nobody listens.</returns>
    public long Begin() => _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>It is answered.</summary>
    public void Answered(ApiKey request, long begun)
    {
        if (begun != 0)
        {
            _duration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, _port, new("ganglion.listener.request", request.ToString()));
        }
    }

    public void Dispose() => _ownMeter?.Dispose();
}
