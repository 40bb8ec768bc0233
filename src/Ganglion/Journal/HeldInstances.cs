namespace Ganglion.Journal;

/// <summary>
/// The instances of a partition that an exclusive handler has for itself while it waits, and the order of the events that were put aside for
/// them meanwhile; what these hold is for <see cref="DeferredEvents"/>. An instance stays held until the last of them is finished, so that
/// nothing that comes later overtakes them.
/// </summary>
internal sealed class HeldInstances
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private volatile bool _isAny;

    /// <summary>Whether no instance is held, as nearly always; asked without a lock.</summary>
    public bool IsEmpty => !_isAny;

    /// <summary>Whether an event of an instance is to be put aside.</summary>
    /// <param name="key">The instance.</param>
    /// <param name="invocation">The invocation that the event is for; <see langword="null"/>: none that waits.</param>
    public bool IsHeldFrom(string key, InvocationId? invocation)
    {
        lock (_lock)
        {
            return _held.TryGetValue(key, out Held? held) && !(invocation is { } own && own == held.Holder);
        }
    }

    /// <summary>How many events were put aside for an instance.</summary>
    public int CountOf(string key)
    {
        lock (_lock)
        {
            return _held.TryGetValue(key, out Held? held) ? held.Events.Count : 0;
        }
    }

    /// <summary>Puts an event aside, behind those that are.</summary>
    public DeferredEvent Defer(string key)
    {
        lock (_lock)
        {
            Held held = _held[key];
            var deferred = new DeferredEvent(key, held.NextNumber++);
            held.Events.AddLast(deferred);
            return deferred;
        }
    }

    /// <summary>It was not put aside after all.</summary>
    public void Undo(DeferredEvent deferred)
    {
        lock (_lock)
        {
            _held.GetValueOrDefault(deferred.Key)?.Events.Remove(deferred);
        }
    }

    /// <summary>An invocation waits, and has its instance for itself until it is over.</summary>
    public void Hold(string key, InvocationId holder)
    {
        lock (_lock)
        {
            GetOrAdd(key).Holder = holder;
        }
    }

    /// <summary>An invocation is over; if it had its instance for itself, it has it no more.</summary>
    public void Release(string key, InvocationId invocation)
    {
        lock (_lock)
        {
            if (_held.TryGetValue(key, out Held? held) && held.Holder == invocation)
            {
                held.Holder = null;
            }
        }
    }

    /// <summary>Takes the next event that was put aside, unless the instance is held, or the one before is still on its way.</summary>
    /// <param name="key">The instance.</param>
    /// <param name="finished">One that is finished now.</param>
    /// <returns>The event; if there is none left, the instance is free.</returns>
    public DeferredEvent? TakeNext(string key, DeferredEvent? finished)
    {
        lock (_lock)
        {
            if (!_held.TryGetValue(key, out Held? held))
            {
                return null;
            }

            held.OnItsWay = held.OnItsWay == finished ? null : held.OnItsWay;
            if (held.Holder is not null || held.OnItsWay is not null)
            {
                return null;
            }

            if (held.Events.First is not { Value: var next })
            {
                _held.Remove(key);
                _isAny = _held.Count > 0;
                return null;
            }

            held.Events.RemoveFirst();
            return held.OnItsWay = next;
        }
    }

    /// <summary>The instances whose events were put aside, and that nobody holds any more.</summary>
    public string[] Waiting()
    {
        lock (_lock)
        {
            return [.. _held.Where(held => held.Value.Holder is null).Select(held => held.Key)];
        }
    }

    /// <summary>The log has an event that was put aside.</summary>
    public void Restore(DeferredEvent deferred)
    {
        lock (_lock)
        {
            Held held = GetOrAdd(deferred.Key);
            held.Events.AddLast(deferred);
            held.NextNumber = Math.Max(held.NextNumber, deferred.Number + 1);
        }
    }

    /// <summary>The log has the end of an event that was put aside.</summary>
    public void RestoreFinished(string key, long number)
    {
        lock (_lock)
        {
            LinkedList<DeferredEvent> events = _held[key].Events;
            if (events.FirstOrDefault(deferred => deferred.Number == number) is { } finished)
            {
                events.Remove(finished);
            }
        }
    }

    // Called under the lock.
    private Held GetOrAdd(string key)
    {
        _isAny = true;
        return _held.TryGetValue(key, out Held? held) ? held : _held[key] = new Held();
    }

    private sealed class Held
    {
        public InvocationId? Holder { get; set; }

        public DeferredEvent? OnItsWay { get; set; }

        public LinkedList<DeferredEvent> Events { get; } = new();

        public long NextNumber { get; set; }
    }
}
