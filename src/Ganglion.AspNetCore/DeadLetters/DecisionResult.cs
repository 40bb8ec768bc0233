using Ganglion.AspNetCore.Problems;
using Ganglion.AspNetCore.Records;
using Ganglion.DeadLetters;

namespace Ganglion.AspNetCore.DeadLetters;

/// <summary>What was done, or would be, about each letter.</summary>
internal sealed record DecisionResult(bool Executed, IReadOnlyList<OutcomeView> Outcomes)
{
    public static DecisionResult Of(bool executed, IReadOnlyList<DeadLetterOutcome> outcomes) => new(executed, [.. outcomes.Select(OutcomeView.Of)]);
}

/// <summary>What was done, or would be, about a letter.</summary>
internal sealed record OutcomeView(string Id)
{
    /// <summary>The topic that it goes to.</summary>
    public string? To { get; init; }

    /// <summary>Where it lies now that it was redriven.</summary>
    public PositionView? At { get; init; }

    /// <summary>Why nothing is done about it.</summary>
    public Problem? Problem { get; init; }

    public static OutcomeView Of(DeadLetterOutcome outcome) => new(outcome.Position.ToString())
    {
        To = outcome.To,
        At = outcome.At is { } at ? DeadLetterView.ViewOf(at) : null,
        Problem = outcome.Refusal is null ? null : Problem.Of(outcome.Refusal),
    };
}
