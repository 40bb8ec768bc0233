using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ganglion.Telemetry;

/// <summary>What is counted and timed about an agent. What nobody listens to costs a look at a flag.</summary>
internal sealed class AgentMetrics : IDisposable
{
    private readonly string _agent;
    private readonly Meter? _ownMeter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _parked;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _unclaimed;
    private readonly Counter<long> _unhandled;
    private readonly Counter<long> _skipped;
    private readonly UpDownCounter<long> _suspended;
    private readonly Counter<long> _restarted;
    private readonly UpDownCounter<long> _blocked;
    private readonly Counter<long> _restored;
    private readonly Histogram<double> _restoring;
    private readonly Histogram<double> _laneWait;
    private readonly Counter<long> _laneMissed;
    private int _blockedNow;

    public AgentMetrics(string agent, IMeterFactory? meters)
    {
        _agent = agent;
        Meter meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _duration = meter.CreateHistogram<double>("messaging.process.duration", "s", "How long handlers take.");
        _duplicates = meter.CreateCounter<long>("ganglion.events.duplicates", "{event}", "Events that were dropped as duplicates.");
        _retried = meter.CreateCounter<long>("ganglion.events.retried", "{event}", "Handlings that failed and are tried again.");
        _parked = meter.CreateCounter<long>("ganglion.events.parked", "{event}", "Events that could not be handled.");
        _dropped = meter.CreateCounter<long>("ganglion.events.dropped", "{event}", "Events that could be neither handled nor parked.");
        _refused = meter.CreateCounter<long>("ganglion.requests.failed", "{request}", "Requests that could not be handled; their callers are told.");
        _unclaimed = meter.CreateCounter<long>("ganglion.events.unclaimed", "{event}", "Answers and replies for which nobody waits, or waits any more.");
        _unhandled = meter.CreateCounter<long>("ganglion.events.unhandled", "{event}", "Messages of a subscribed topic for whose type there is no handler.");
        _skipped = meter.CreateCounter<long>("ganglion.events.skipped", "{event}", "Events that middleware has finished without their handler.");
        _suspended = meter.CreateUpDownCounter<long>("ganglion.partitions.suspended", "{partition}", "Partitions in which everything fails, so that their events wait.");
        _restarted = meter.CreateCounter<long>("ganglion.agent.restarts", "{restart}", "How often agents were restarted by their supervisors.");
        _blocked = meter.CreateUpDownCounter<long>("ganglion.handlers.blocked", "{handler}", "Handlers that were given up and still block their thread.");
        _restored = meter.CreateCounter<long>("ganglion.restore.records", "{record}", "Records that were read to restore what agents remember.");
        _restoring = meter.CreateHistogram<double>("ganglion.restore.duration", "s", "How long it takes to restore what an agent remembers in a partition.");
        _laneWait = meter.CreateHistogram<double>("ganglion.lane.wait", "s", "How long events of a lane wait until their handler is called.");
        _laneMissed = meter.CreateCounter<long>("ganglion.lane.missed", "{event}", "Events of a lane that were begun later than they were to be handled.");
    }

    public bool IsTimed => _duration.Enabled;

    public void Processed(string channel, long started, Exception? failure)
    {
        if (started == 0)
        {
            return;
        }

        TagList tags = Tags(channel);
        tags.Add("messaging.operation.name", "process");
        if (failure is not null)
        {
            tags.Add("error.type", ErrorTypes.Of(failure));
        }

        _duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }

    public void Duplicate(string topic) => _duplicates.Add(1, Tags(topic));

    public void Retried(string topic) => _retried.Add(1, Tags(topic));

    public void Parked(string topic) => _parked.Add(1, Tags(topic));

    public void Dropped(string topic, Exception refusal)
    {
        TagList tags = Tags(topic);
        tags.Add("error.type", ErrorTypes.Of(refusal));
        _dropped.Add(1, tags);
    }

    public void Refused(string topic) => _refused.Add(1, Tags(topic));

    public void Unclaimed(string topic) => _unclaimed.Add(1, Tags(topic));

    public void Unhandled(string topic) => _unhandled.Add(1, Tags(topic));

    public void Skipped(string topic) => _skipped.Add(1, Tags(topic));

    public void Suspended(int change) => _suspended.Add(change, Group);

    /// <summary>How many handlers that were given up block their thread now.</summary>
    public int BlockedNow => Volatile.Read(ref _blockedNow);

    public void Blocked(int change)
    {
        Interlocked.Add(ref _blockedNow, change);
        _blocked.Add(change, Group);
    }

    /// <summary>What an agent remembers in a partition is restored.</summary>
    public void Restored(long records, TimeSpan took)
    {
        _restored.Add(records, Group);
        _restoring.Record(took.TotalSeconds, Group);
    }

    public void Restarted() => _restarted.Add(1, Group);

    /// <summary>An event that came by a lane is begun.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="within">How soon it was to be handled.</param>
    /// <param name="waited">How long it has waited.</param>
    public void BeganInLane(string channel, string lane, TimeSpan? within, TimeSpan waited)
    {
        bool isMissed = waited > within;
        if (!isMissed && !_laneWait.Enabled)
        {
            return;
        }

        TagList tags = Tags(channel);
        tags.Add("ganglion.lane", lane);
        _laneWait.Record(Math.Max(0, waited.TotalSeconds), tags);
        if (isMissed)
        {
            _laneMissed.Add(1, tags);
        }
    }

    public void Dispose() => _ownMeter?.Dispose();

    private KeyValuePair<string, object?> Group => new("messaging.consumer.group.name", _agent);

    private TagList Tags(string destination) => new()
    {
        { "messaging.system", GanglionTelemetry.MessagingSystem },
        { "messaging.destination.name", destination },
        { "messaging.consumer.group.name", _agent },
    };
}
