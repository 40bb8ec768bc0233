using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.State;

/// <summary>
/// The timers of a partition that have not fired yet. The log has their events; here there is, by a hash of each one's id, when it is
/// due and where it lies. Times are exact to the millisecond.
/// </summary>
internal sealed partial class TimerQueue : IAsyncDisposable
{
    // The platform's timers do not follow the clock: when it is set forward, or the machine has slept, only a look at it tells.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly PartitionReader _log;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, (long Due, long Offset)> _timers = [];
    private readonly PriorityQueue<UInt128, long> _byDue = new();
    private readonly CancellationTokenSource _stopped = new();
    private Action<Record>? _fire;
    private ITimer? _alarm;
    private bool _isFiring;

    // The timer that is being read to be fired, unless it was cancelled or set anew meanwhile.
    private UInt128? _firing;

    /// <summary>Creates the queue; nothing fires before <see cref="Start"/>.</summary>
    /// <param name="log">The partition of the timers' topic.</param>
    /// <param name="time">The clock.</param>
    public TimerQueue(PartitionReader log, TimeProvider time)
    {
        _log = log;
        _time = time;
    }

    /// <summary>Reads the log to its end.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        await foreach (ConsumedRecord record in _log.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            Committed(record.Record, record.Offset);
        }
    }

    /// <summary>A timer's record, or its tombstone, is on the log.</summary>
    public void Committed(in Record record, long offset)
    {
        UInt128 id = Hash128.Of(record.Key.GetValueOrDefault().Span, Hash128.ProcessSeed);
        lock (_lock)
        {
            _firing = _firing == id ? null : _firing;
            if (record.Value is not null)
            {
                Add(id, (TimerCodec.DueOf(record), offset));
            }
            else if (_timers.Remove(id))
            {
                ForgetCancelled();
            }
        }
    }

    /// <summary>Begins to fire; what is overdue fires at once.</summary>
    /// <param name="fire">Takes the record of a timer that is due.</param>
    public void Start(Action<Record> fire)
    {
        lock (_lock)
        {
            _fire = fire;
            _alarm = _time.CreateTimer(static queue => _ = ((TimerQueue)queue!).FireAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            SetAlarm();
        }
    }

    public void Stop()
    {
        lock (_lock)
        {
            _stopped.Cancel();
            _alarm?.Dispose();
            _alarm = null;
        }
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        return _log.DisposeAsync();
    }

    // Called under the lock.
    private void Add(UInt128 id, (long Due, long Offset) timer)
    {
        _timers[id] = timer;
        _byDue.Enqueue(id, timer.Due);
        SetAlarm();
    }

    // Cancelled timers stay in the queue until they would have been due, or until they are the greater part of it. Called under
    // the lock.
    private void ForgetCancelled()
    {
        if (_byDue.Count > 64 + (2 * _timers.Count))
        {
            _byDue.Clear();
            _byDue.EnqueueRange(_timers.Select(timer => (timer.Key, timer.Value.Due)));
        }
    }

    // Called under the lock.
    private void SetAlarm()
    {
        if (_alarm is null || _isFiring)
        {
            return;
        }

        while (_byDue.TryPeek(out UInt128 id, out long due))
        {
            if (_timers.TryGetValue(id, out (long Due, long Offset) timer) && timer.Due == due)
            {
                TimeSpan wait = TimeSpan.FromMilliseconds(Math.Max(0, due - _time.GetUtcNow().ToUnixTimeMilliseconds()));
                _alarm.Change(wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
                return;
            }

            _byDue.Dequeue();
        }
    }
}
