using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ganglion.Telemetry;

/// <summary>
/// What the clients of a broker write and read, under the names of OpenTelemetry. What nobody listens to costs a look at a flag.
/// </summary>
internal sealed class ClientMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _consumed;
    private readonly Histogram<double> _duration;

    public ClientMetrics(IMeterFactory? meters)
    {
        Meter meter = meters?.Create(GanglionTelemetry.MeterName) ?? (_ownMeter = new Meter(GanglionTelemetry.MeterName));
        _sent = meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Records that producers tried to write.");
        _consumed = meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Records that members of consumer groups have read.");
        _duration = meter.CreateHistogram<double>("messaging.client.operation.duration", "s", "How long it takes until a write or a commit is acknowledged.");
    }

    /// <summary>A write begins.</summary>
    /// <returns>When that was, for <see cref="Written"/>; 0: nobody listens.</returns>
    public long Begin() => _sent.Enabled || _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Records have been written, or have not.</summary>
    /// <param name="topics">The topic of each.</param>
    /// <param name="group">Whose offsets went with them, if any did.</param>
    /// <param name="started">When it began.</param>
    /// <param name="failure">Why they have not been written.</param>
    public void Written(IEnumerable<string> topics, string? group, long started, Exception? failure)
    {
        KeyValuePair<string, int>[] counts = [.. topics.CountBy(topic => topic)];
        foreach ((string topic, int count) in counts)
        {
            _sent.Add(count, Tags("send", topic, group: null, failure));
        }

        TagList tags = Tags(group is null ? "send" : "commit", counts is [var (only, _)] ? only : null, group, failure);
        tags.Add("messaging.operation.type", group is null ? "send" : "settle");
        _duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }

    /// <summary>A member of a group has read records.</summary>
    public void Consumed(string topic, string group, int count)
    {
        if (_consumed.Enabled)
        {
            _consumed.Add(count, Tags("poll", topic, group, failure: null));
        }
    }

    public void Dispose() => _ownMeter?.Dispose();

    private static TagList Tags(string operation, string? topic, string? group, Exception? failure)
    {
        var tags = new TagList
        {
            { "messaging.operation.name", operation },
            { "messaging.system", GanglionTelemetry.MessagingSystem },
        };
        AddUnlessNull(ref tags, "messaging.destination.name", topic);
        AddUnlessNull(ref tags, "messaging.consumer.group.name", group);
        AddUnlessNull(ref tags, "error.type", failure is null ? null : ErrorTypes.Of(failure));
        return tags;
    }

    private static void AddUnlessNull(ref TagList tags, string name, string? value)
    {
        if (value is not null)
        {
            tags.Add(name, value);
        }
    }
}
