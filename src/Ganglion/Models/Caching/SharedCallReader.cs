namespace Ganglion.Models.Caching;

/// <summary>One of those who wait for the answer of a <see cref="SharedCall"/>.</summary>
internal sealed class SharedCallReader
{
    /// <summary>The number of the part that it reads next.</summary>
    public long Next { get; set; }

    /// <summary>It was told what the answer took.</summary>
    public bool HasPaid { get; set; }
}
