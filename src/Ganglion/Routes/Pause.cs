namespace Ganglion.Routes;

/// <summary>A pause that lasts.</summary>
/// <param name="Target">What is paused.</param>
/// <param name="Since">Since when.</param>
public sealed record Pause(PauseTarget Target, DateTimeOffset Since)
{
    /// <summary>Whether it cancels what is in hand, which is then begun anew when it has ended. Otherwise that finishes.</summary>
    public bool CancelsWork { get; init; }

    /// <summary>Who has paused it; <see langword="null"/> if nobody said.</summary>
    public string? By { get; init; }

    /// <summary>Why; <see langword="null"/> if nobody said.</summary>
    public string? Reason { get; init; }
}
