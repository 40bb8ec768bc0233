using Ganglion.Guards;

namespace Ganglion.Oversight;

/// <summary>How a guard judges a past event. It never holds the text that was judged.</summary>
/// <param name="Kind">What it decides; <see langword="null"/>: it cannot judge the event, which must not pass.</param>
public sealed record ReplayedVerdict(VerdictKind? Kind)
{
    /// <summary>Why; where it cannot judge, the code of the failure, or why the record is no event.</summary>
    public string? Reason { get; init; }

    /// <summary>How sure it is, from 0 to 1, if it says so.</summary>
    public double? Score { get; init; }
}
