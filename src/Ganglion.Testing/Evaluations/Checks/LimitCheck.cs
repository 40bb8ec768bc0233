namespace Ganglion.Testing.Evaluations.Checks;

/// <summary>Whether an answer keeps within a limit.</summary>
internal sealed class LimitCheck(string name, Func<EvaluatedAnswer, decimal> measure, decimal limit, Func<EvaluatedAnswer, string> fault) : EvaluationCheck
{
    public override string Name => name;

    public override ValueTask<string?> CheckAsync(EvaluatedAnswer answer, EvaluationContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(measure(answer) <= limit ? null : fault(answer));
}
