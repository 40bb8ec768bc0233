namespace Ganglion.Oversight;

/// <summary>A topic to which an event would go.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Stage">The stage that sends it there; <see langword="null"/>: it leaves by the exit, or no stage gets it at all.</param>
public sealed record RehearsedWay(string Topic, string? Stage)
{
    /// <summary>Why it would be parked there; <see langword="null"/>: it would not.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether the event would be there as another than it was published.</summary>
    public bool IsChanged { get; init; }
}
