namespace Ganglion.Models;

/// <summary>A model that a provider has.</summary>
/// <param name="Name">What to ask for.</param>
public sealed record AvailableModel(string Name)
{
    /// <summary>How large it is in bytes, if the provider says so.</summary>
    public long? Bytes { get; init; }

    /// <summary>When it was made or changed, if the provider says so.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Whose it is, if the provider says so.</summary>
    public string? Owner { get; init; }
}
