namespace Ganglion.Routes;

/// <summary>Somebody has paused something, or ended a pause.</summary>
/// <param name="Target">What.</param>
/// <param name="IsPaused">Whether it is paused from then on.</param>
/// <param name="At">When.</param>
public sealed record PauseChange(PauseTarget Target, bool IsPaused, DateTimeOffset At)
{
    /// <summary>Whether what was in hand was cancelled.</summary>
    public bool CancelsWork { get; init; }

    /// <summary>Who has done it; <see langword="null"/> if nobody said.</summary>
    public string? By { get; init; }

    /// <summary>Why; <see langword="null"/> if nobody said.</summary>
    public string? Reason { get; init; }
}
