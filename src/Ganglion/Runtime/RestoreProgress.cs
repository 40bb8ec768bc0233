using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime;

/// <summary>Counts what is read of the log to restore a partition, and tells now and then how far it is if that takes long.</summary>
/// <param name="agent">The agent.</param>
/// <param name="partition">Which of its partitions.</param>
/// <param name="metrics">What is counted of the agent.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class RestoreProgress(AgentType agent, int partition, AgentMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly long _began = time.GetTimestamp();
    private long _told = time.GetTimestamp();
    private long _records;
    private bool _isOver;

    /// <summary>A part was read of what lies before an end.</summary>
    public void Read(ConsumedBatch batch, long end)
    {
        if (_isOver)
        {
            // It works by now, and reads for other reasons.
            return;
        }

        _records += batch.Records.Count;
        if (time.GetElapsedTime(_told) >= Every)
        {
            _told = time.GetTimestamp();
            LogProgress(agent, partition, batch.Partition.Topic, batch.NextOffset, end, _records, Rate);
        }
    }

    /// <summary>All is read.</summary>
    public void Complete()
    {
        _isOver = true;
        TimeSpan took = time.GetElapsedTime(_began);
        metrics.Restored(_records, took);
        if (took >= Every)
        {
            LogRestored(agent, partition, _records, took, Rate);
        }
    }

    private long Rate => (long)(_records / Math.Max(time.GetElapsedTime(_began).TotalSeconds, 0.001));

    [LoggerMessage(123, LogLevel.Information, "{Agent} restores partition {Partition}: {Topic} is read up to {Offset} of {End}; {Records} records so far, {Rate} a second.")]
    private partial void LogProgress(AgentType agent, int partition, string topic, long offset, long end, long records, long rate);

    [LoggerMessage(124, LogLevel.Information, "{Agent} has restored partition {Partition} from {Records} records in {Elapsed}, {Rate} a second.")]
    private partial void LogRestored(AgentType agent, int partition, long records, TimeSpan elapsed, long rate);
}
