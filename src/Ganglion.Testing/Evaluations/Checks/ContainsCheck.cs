namespace Ganglion.Testing.Evaluations.Checks;

/// <summary>Whether a text is in an answer.</summary>
internal sealed class ContainsCheck(string text, bool isWanted) : EvaluationCheck
{
    public override string Name => isWanted ? "contains" : "not_contains";

    public override ValueTask<string?> CheckAsync(EvaluatedAnswer answer, EvaluationContext context, CancellationToken cancellationToken) => ValueTask.FromResult(
        answer.Text.Contains(text, StringComparison.OrdinalIgnoreCase) == isWanted ? null : isWanted ? $"it does not contain '{text}'" : $"it contains '{text}'");
}
