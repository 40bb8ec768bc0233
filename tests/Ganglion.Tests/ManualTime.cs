namespace Ganglion.Tests;

/// <summary>A clock that moves only when it is told to, and its timers with it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Set)> _awaited = [];
    private TimeSpan _set;
    private DateTimeOffset _now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return (_now - _set).Ticks;
        }
    }

    /// <summary>Sets the clock forward or back; no time passes, and timers come no sooner or later for it.</summary>
    public void Set(TimeSpan by)
    {
        lock (_lock)
        {
            _now += by;
            _set += by;
            _timers.ForEach(timer => timer.Due += by);
        }
    }

    /// <summary>Moves the clock, and fires what has become due, in order.</summary>
    public void Advance(TimeSpan by)
    {
        DateTimeOffset until = GetUtcNow() + by;
        while (TakeDue(until) is { } timer)
        {
            timer.Fire();
        }

        lock (_lock)
        {
            _now = until;
        }
    }

    /// <summary>Whether a timer is set that is due within a time from now. Those that fire again and again are not meant.</summary>
    public bool IsTimerSet(TimeSpan within)
    {
        lock (_lock)
        {
            return _timers.Exists(timer => !timer.IsPeriodic && timer.Due - _now <= within);
        }
    }

    /// <summary>Completes when a timer is set that is due within a time from now. Those that fire again and again are not meant.</summary>
    public Task WhenTimerIsSetAsync(TimeSpan within)
    {
        lock (_lock)
        {
            if (IsTimerSet(within))
            {
                return Task.CompletedTask;
            }

            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((within, set));
            return set.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? TakeDue(DateTimeOffset until)
    {
        lock (_lock)
        {
            ManualTimer? next = _timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
            if (next is not null)
            {
                _now = next.Due > _now ? next.Due : _now;
                next.Rearm();
            }

            return next;
        }
    }

    private void Set(ManualTimer timer, DateTimeOffset? due)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (due is { } at)
            {
                timer.Due = at;
                _timers.Add(timer);
                foreach ((TimeSpan within, TaskCompletionSource set) in _awaited.ToArray())
                {
                    if (!timer.IsPeriodic && at - _now <= within)
                    {
                        _awaited.Remove((within, set));
                        set.SetResult();
                    }
                }
            }
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; set; }

        public bool IsPeriodic => _period > TimeSpan.Zero;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            time.Set(this, dueTime == Timeout.InfiniteTimeSpan ? null : time.GetUtcNow() + dueTime);
            return true;
        }

        public void Rearm() => time.Set(this, _period > TimeSpan.Zero ? Due + _period : null);

        public void Fire() => callback(state);

        public void Dispose() => time.Set(this, null);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
