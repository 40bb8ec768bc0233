namespace Ganglion.Testing.Evaluations;

/// <summary>A check that an answer has not passed.</summary>
/// <param name="Check">The check.</param>
/// <param name="Reason">What is wrong with the answer.</param>
public sealed record EvaluationFailure(string Check, string Reason);
