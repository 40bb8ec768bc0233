namespace Ganglion.Testing.Evaluations;

/// <summary>What came of a case.</summary>
/// <param name="Name">The case.</param>
/// <param name="Variant">The variant.</param>
/// <param name="PassShare">The share of answers that had to pass.</param>
/// <param name="Runs">The answers.</param>
public sealed record EvaluatedCase(string Name, string Variant, double PassShare, IReadOnlyList<EvaluatedRun> Runs)
{
    /// <summary>How many answers have passed.</summary>
    public int Passed => Runs.Count(run => run.IsPassed);

    /// <summary>Whether so many have passed as had to.</summary>
    public bool IsPassed => Passed >= Math.Ceiling((PassShare * Runs.Count) - 1e-9);

    /// <summary>What its answers cost together.</summary>
    public decimal Cost => Runs.Sum(run => run.Cost);

    /// <summary>How many tokens its answers took together.</summary>
    public long Tokens => Runs.Sum(run => run.Tokens);

    /// <summary>How long its answers took on average.</summary>
    public double Seconds => Runs.Average(run => run.Seconds);
}
