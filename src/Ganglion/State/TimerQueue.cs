using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Faults;

namespace Ganglion.State;

/// <summary>
/// The timers of a partition that have not fired yet. The log has their events; here there is, by a hash of each one's id, when it is
/// due and where it lies. Times are exact to the millisecond.
/// </summary>
internal sealed class TimerQueue : IAsyncDisposable
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

    /// <summary>
    /// The record of a timer: its event as it will lie in the inbox, with when it is due and whose it is. An event without data gets
    /// an empty value, since no value would be a tombstone.
    /// </summary>
    public static Record ToRecord(string id, DateTimeOffset due, in Record @event) => @event with
    {
        Key = Encoding.UTF8.GetBytes(id),
        Value = @event.Value ?? ReadOnlyMemory<byte>.Empty,
        Headers = @event.Headers.With(
            new RecordHeader("__timer.due", due.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
            new RecordHeader("__timer.key", @event.Key)),
        Timestamp = default,
    };

    /// <summary>What cancels a timer, or marks it as fired.</summary>
    public static Record ToTombstone(string id) => new(Encoding.UTF8.GetBytes(id), null);

    /// <summary>The event of a timer's record, as it is to lie in the inbox.</summary>
    public static Record ToEvent(in Record timer) => timer with
    {
        Key = timer.Headers.TryGet("__timer.key"u8, out ReadOnlyMemory<byte> key) ? key : null,
        Value = timer.Value is { IsEmpty: false } ? timer.Value : null,
        Timestamp = default,
    };

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
                Add(id, (DueOf(record), offset));
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

    private static long DueOf(in Record record) =>
        record.Headers.TryGet("__timer.due"u8, out ReadOnlyMemory<byte> text) && Utf8Parser.TryParse(text.Span, out long due, out _) ? due : 0;

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

    private async Task FireAsync()
    {
        lock (_lock)
        {
            if (_isFiring)
            {
                return;
            }

            _isFiring = true;
        }

        while (!_stopped.IsCancellationRequested && TakeDue() is var (id, timer))
        {
            try
            {
                FaultHook.Reach(FaultPoints.TimerDue);
                if (await _log.ReadAsync(timer.Offset, _stopped.Token).ConfigureAwait(false) is { } found && IsStillToFire(id))
                {
                    _fire!(found.Record);
                }
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                Postpone(id, timer.Offset);
            }
        }

        lock (_lock)
        {
            _isFiring = false;
            SetAlarm();
        }
    }

    private bool IsStillToFire(UInt128 id)
    {
        lock (_lock)
        {
            return _firing == id;
        }
    }

    // The timer cannot be read just now: it comes a little later, and holds up no other.
    private void Postpone(UInt128 id, long offset)
    {
        lock (_lock)
        {
            if (_firing != id)
            {
                return;
            }

            Add(id, ((_time.GetUtcNow() + PauseAfterFault).ToUnixTimeMilliseconds(), offset));
        }
    }

    private (UInt128 Id, (long Due, long Offset) Timer)? TakeDue()
    {
        lock (_lock)
        {
            long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            while (_byDue.TryPeek(out UInt128 id, out long due) && due <= now)
            {
                _byDue.Dequeue();
                if (_timers.Remove(id, out (long Due, long Offset) timer))
                {
                    _firing = id;
                    return (id, timer);
                }
            }

            return null;
        }
    }
}
