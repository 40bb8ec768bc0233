namespace Ganglion.Testing;

/// <summary>One fault: where, when, and what.</summary>
/// <param name="pattern">The name of a point, or the beginning of names and <c>*</c>.</param>
/// <param name="delay">How long to hold up whoever comes; <see langword="null"/>: the process dies.</param>
/// <param name="when">When.</param>
internal sealed class FaultRule(string pattern, TimeSpan? delay, FaultTime when)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(when.Seed);
    private long _reached;

    public TimeSpan? Delay { get; } = delay;

    public bool Matches(string point) => pattern.EndsWith('*')
        ? point.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
        : point == pattern;

    /// <summary>Counts that a point was reached, and says whether this is the time.</summary>
    public bool IsDue()
    {
        lock (_lock)
        {
            return when.Number is { } number ? ++_reached == number : _random.NextDouble() < when.Probability;
        }
    }
}
