namespace Ganglion.Runtime.Failures;

/// <summary>
/// Pauses that double from one to the next, up to the longest; each varies by a fifth, so that those who failed together do not come
/// back together.
/// </summary>
/// <param name="First">The pause after the first failure.</param>
/// <param name="Longest">What no pause exceeds by more than a fifth.</param>
internal readonly record struct BackOff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The pause after so many failures in a row; 1 or more.</summary>
    public TimeSpan After(int failures)
    {
        double exponential = First.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30));
        double jitter = 0.8 + (Random.Shared.NextDouble() * 0.4);
        return TimeSpan.FromMilliseconds(Math.Min(exponential, Longest.TotalMilliseconds) * jitter);
    }
}
