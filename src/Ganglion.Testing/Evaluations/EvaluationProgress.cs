namespace Ganglion.Testing.Evaluations;

/// <summary>An answer was checked.</summary>
/// <param name="Done">How many are by now.</param>
/// <param name="Total">How many there will be.</param>
/// <param name="Case">The case.</param>
/// <param name="Variant">The variant.</param>
/// <param name="Run">What came of it.</param>
public sealed record EvaluationProgress(int Done, int Total, string Case, string Variant, EvaluatedRun Run);
