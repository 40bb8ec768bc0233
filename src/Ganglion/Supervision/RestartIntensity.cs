namespace Ganglion.Supervision;

/// <summary>How often something was restarted lately, and whether that is too often.</summary>
internal sealed class RestartIntensity(int most, TimeSpan window, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<long> _restarts = new();

    /// <summary>Counts one more.</summary>
    /// <returns>Whether it may be made; otherwise it would be one too many.</returns>
    public bool TryRestart()
    {
        if (most == SupervisorOptions.Unlimited)
        {
            return true;
        }

        lock (_lock)
        {
            while (_restarts.TryPeek(out long restart) && time.GetElapsedTime(restart) > window)
            {
                _restarts.Dequeue();
            }

            if (_restarts.Count == most)
            {
                return false;
            }

            _restarts.Enqueue(time.GetTimestamp());
            return true;
        }
    }
}
