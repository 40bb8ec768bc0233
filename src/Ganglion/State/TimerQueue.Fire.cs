using Ganglion.Faults;

namespace Ganglion.State;

// What is due is read from the log and fired, one timer after the other.
internal sealed partial class TimerQueue
{
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
