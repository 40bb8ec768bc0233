using System.Text.RegularExpressions;

namespace Ganglion.Testing.Evaluations.Checks;

/// <summary>Whether an expression is found in an answer.</summary>
internal sealed class MatchesCheck(Regex pattern) : EvaluationCheck
{
    public override string Name => "matches";

    public override ValueTask<string?> CheckAsync(EvaluatedAnswer answer, EvaluationContext context, CancellationToken cancellationToken)
    {
        try
        {
            return ValueTask.FromResult(pattern.IsMatch(answer.Text) ? null : $"it does not match '{pattern}'");
        }
        catch (RegexMatchTimeoutException)
        {
            return ValueTask.FromResult<string?>($"whether it matches '{pattern}' was not found out within {pattern.MatchTimeout}");
        }
    }
}
