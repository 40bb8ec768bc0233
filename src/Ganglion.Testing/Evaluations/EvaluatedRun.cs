namespace Ganglion.Testing.Evaluations;

/// <summary>One answer to a prompt.</summary>
/// <param name="Failures">The checks that it has not passed.</param>
public sealed record EvaluatedRun(IReadOnlyList<EvaluationFailure> Failures)
{
    /// <summary>Why there is no answer, or none that could be checked.</summary>
    public string? Error { get; init; }

    /// <summary>The text of the answer.</summary>
    public string? Text { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }

    /// <summary>How many tokens it took.</summary>
    public long Tokens { get; init; }

    /// <summary>What it cost.</summary>
    public decimal Cost { get; init; }

    /// <summary>Whether it has passed all checks.</summary>
    public bool IsPassed => Error is null && Failures.Count == 0;
}
