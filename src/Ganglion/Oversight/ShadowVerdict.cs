using Ganglion.Guards;

namespace Ganglion.Oversight;

/// <summary>How a guard or its shadow has judged an event. It never holds the text that was judged.</summary>
/// <param name="Guard">The guard.</param>
/// <param name="Version">Its version.</param>
/// <param name="Kind">What it has decided; <see langword="null"/>: it could not judge the event.</param>
public sealed record ShadowVerdict(string Guard, string Version, VerdictKind? Kind)
{
    /// <summary>Why; where it could not judge, the code of the failure.</summary>
    public string? Reason { get; init; }

    /// <summary>How sure it was, from 0 to 1, if it has said so.</summary>
    public double? Score { get; init; }
}
