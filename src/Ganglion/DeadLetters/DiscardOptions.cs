namespace Ganglion.DeadLetters;

/// <summary>How dead letters are discarded.</summary>
public sealed record DiscardOptions
{
    /// <inheritdoc cref="RedriveOptions.Execute"/>
    public bool Execute { get; init; }

    /// <inheritdoc cref="RedriveOptions.By"/>
    public string? By { get; init; }

    /// <inheritdoc cref="RedriveOptions.Reason"/>
    public string? Reason { get; init; }
}
