namespace Ganglion.Routes;

/// <summary>A pause that lasts.</summary>
/// <param name="Target">What is paused.</param>
/// <param name="Since">Since when.</param>
public sealed record Pause(PauseTarget Target, DateTimeOffset Since)
{
    /// <summary>Who has paused it; <see langword="null"/> if nobody said.</summary>
    public string? By { get; init; }

    /// <summary>Why; <see langword="null"/> if nobody said.</summary>
    public string? Reason { get; init; }
}
