using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime;

/// <summary>Counts what is read of the log to restore a partition, and tells now and then how far it is if that takes long.</summary>
internal sealed partial class RestoreProgress : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly AgentType _agent;
    private readonly int _partition;
    private readonly AgentMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _began;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private long _records;
    private (string Topic, long Offset, long End) _place;
    private (string Topic, long Offset, long End) _toldPlace;
    private bool _isOver;

    /// <param name="agent">The agent.</param>
    /// <param name="partition">Which of its partitions.</param>
    /// <param name="metrics">What is counted of the agent.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    public RestoreProgress(AgentType agent, int partition, AgentMetrics metrics, TimeProvider time, ILogger logger)
    {
        _agent = agent;
        _partition = partition;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _began = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Tell(), null, Every, Every);
    }

    /// <summary>A part was read of what lies before an end.</summary>
    public void Read(ConsumedBatch batch, long end)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _records += batch.Records.Count;
                _place = (batch.Partition.Topic, batch.NextOffset, end);
            }
        }
    }

    /// <summary>All is read.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            // It works by now, and reads for other reasons.
            _isOver = true;
        }

        TimeSpan took = _time.GetElapsedTime(_began);
        _metrics.Restored(_records, took);
        if (took >= Every)
        {
            LogRestored(_agent, _partition, _records, took, Rate);
        }
    }

    /// <summary>Tells no more.</summary>
    public void Dispose() => _timer.Dispose();

    private void Tell()
    {
        lock (_lock)
        {
            if (_isOver || _place.Topic is null)
            {
                return;
            }

            if (_place == _toldPlace && _place.Offset < _place.End)
            {
                LogWaiting(_agent, _partition, _place.Topic, _place.Offset, _place.End);
            }
            else
            {
                LogProgress(_agent, _partition, _place.Topic, _place.Offset, _place.End, _records, Rate);
            }

            _toldPlace = _place;
        }
    }

    private long Rate => (long)(_records / Math.Max(_time.GetElapsedTime(_began).TotalSeconds, 0.001));

    [LoggerMessage(123, LogLevel.Information, "{Agent} restores partition {Partition}: {Topic} is read up to {Offset} of {End}; {Records} records so far, {Rate} a second.")]
    private partial void LogProgress(AgentType agent, int partition, string topic, long offset, long end, long records, long rate);

    [LoggerMessage(124, LogLevel.Information, "{Agent} has restored partition {Partition} from {Records} records in {Elapsed}, {Rate} a second.")]
    private partial void LogRestored(AgentType agent, int partition, long records, TimeSpan elapsed, long rate);

    [LoggerMessage(125, LogLevel.Warning, "{Agent} waits to restore partition {Partition}: {Topic} is read up to {Offset} of {End}. A transaction holds back the rest until it ends, or its time is over (transaction.timeout.ms), or the broker does not answer.")]
    private partial void LogWaiting(AgentType agent, int partition, string topic, long offset, long end);
}
