using Ganglion.Agents;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Failures;

/// <summary>
/// Tells a poison event from the case that everything in a partition of an agent fails. In that case its instances wait, nothing is
/// parked, and one event after the other probes, after growing pauses, whether it goes again.
/// </summary>
/// <param name="agent">The agent.</param>
/// <param name="partition">The number of the partition.</param>
/// <param name="schedule">Schedules an instance that waits no longer.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts the partitions that are suspended.</param>
/// <param name="logger">Told when a suspension begins and ends.</param>
internal sealed partial class Suspension(
    AgentDefinition agent, int partition, Action<BusyInstance> schedule, TimeProvider time, AgentMetrics metrics, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly BackOff _pauses = new(agent.Options.RetryDelay, agent.Options.MaxRetryDelay);

    // Those whose event has not failed yet go first, and of them the one that came last: only an event that is no poison can tell that
    // it goes again.
    private readonly Stack<BusyInstance> _untried = new();
    private readonly Queue<BusyInstance> _tried = new();
    private int _streak = 1;
    private int _suspendedIn;
    private int _failed;
    private volatile SuspendedPartition? _status;
    private BusyInstance? _probe;
    private bool _mayProbe;

    /// <summary>The suspension; <see langword="null"/>: the partition works.</summary>
    public SuspendedPartition? Status => _status;

    /// <summary>Whether an instance may take its turn. If not, it is scheduled again when it may.</summary>
    public bool MayBegin(BusyInstance instance)
    {
        if (_status is null)
        {
            return true;
        }

        lock (_lock)
        {
            if (_status is not { } status)
            {
                return true;
            }

            if (_mayProbe)
            {
                _mayProbe = false;
                _probe = instance;
                _status = status with { Probes = status.Probes + 1 };
                return true;
            }

            if (instance.First!.FailedIn == 0)
            {
                _untried.Push(instance);
            }
            else
            {
                _tried.Enqueue(instance);
            }

            return false;
        }
    }

    /// <summary>An event has been handled.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _failed) == 0)
        {
            return;
        }

        lock (_lock)
        {
            _failed = 0;
            if (_status is { } status)
            {
                _suspendedIn = _streak;
                End();
                LogResumed(agent.Type, partition, time.GetUtcNow() - status.Since);
                Release();
            }

            _streak++;
        }
    }

    /// <summary>A handler has thrown what is not plainly its event's fault.</summary>
    /// <returns>Whether the partition is suspended: then the failure says nothing about its event.</returns>
    public bool Failed(Invocation invocation, Exception exception)
    {
        if (agent.Options.SuspendAfter == 0)
        {
            return false;
        }

        lock (_lock)
        {
            // What has failed while others were handled is poison, and tells nothing about the others.
            if (invocation.FailedIn <= _suspendedIn)
            {
                invocation.FailedIn = _streak;
                _failed++;
            }

            if (_status is not { } status)
            {
                if (_failed < agent.Options.SuspendAfter || _stopped.IsCancellationRequested)
                {
                    return false;
                }

                Begin(exception);
            }
            else if (_probe == invocation.Instance)
            {
                _probe = null;
                _status = status with { Reason = exception.Message };
                ProbeAfter(_pauses.After(status.Probes + 1));
            }

            return true;
        }
    }

    /// <summary>An instance's turn is over, and has told nothing: its event was parked, or put aside.</summary>
    public void Passed(BusyInstance instance)
    {
        if (_status is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_probe == instance)
            {
                _probe = null;
                Probe();
            }
        }
    }

    /// <summary>The partition goes, or nothing in it is begun any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopped.IsCancellationRequested)
            {
                return;
            }

            _stopped.Cancel();
            _stopped.Dispose();
            if (_status is not null)
            {
                End();
            }
        }
    }

    private void Begin(Exception exception)
    {
        _status = new SuspendedPartition(partition, time.GetUtcNow(), exception.Message, Probes: 0);
        metrics.Suspended(1);
        LogSuspended(exception, agent.Type, partition, _failed);
        ProbeAfter(_pauses.After(1));
    }

    private void End()
    {
        _status = null;
        _probe = null;
        _mayProbe = false;
        metrics.Suspended(-1);
    }

    private void ProbeAfter(TimeSpan pause) => _ = ProbeAfterAsync(pause, _streak);

    private async Task ProbeAfterAsync(TimeSpan pause, int streak)
    {
        await Task.Delay(pause, time, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            if (_status is not null && _streak == streak)
            {
                Probe();
            }
        }
    }

    // Whoever comes first is the probe, and if somebody waits, that is one of them.
    private void Probe()
    {
        _mayProbe = true;
        if (_untried.TryPop(out BusyInstance? next) || _tried.TryDequeue(out next))
        {
            schedule(next);
        }
    }

    private void Release()
    {
        while (_tried.TryDequeue(out BusyInstance? instance) || _untried.TryPop(out instance))
        {
            schedule(instance);
        }
    }

    [LoggerMessage(114, LogLevel.Error, "Everything fails in partition {Partition} of {Agent}: {Failed} events one after the other. Its events wait, and one after the other probes whether it goes again.")]
    private partial void LogSuspended(Exception exception, AgentType agent, int partition, int failed);

    [LoggerMessage(115, LogLevel.Warning, "Partition {Partition} of {Agent} works again, after {Pause}.")]
    private partial void LogResumed(AgentType agent, int partition, TimeSpan pause);
}
