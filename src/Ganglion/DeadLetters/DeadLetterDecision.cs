namespace Ganglion.DeadLetters;

/// <summary>What somebody has decided about a dead letter. It is an event on the log, in the topic <c>ganglion.deadletters</c>.</summary>
/// <param name="Kind">What was decided.</param>
/// <param name="At">When.</param>
public sealed record DeadLetterDecision(DeadLetterDecisionKind Kind, DateTimeOffset At)
{
    /// <summary>By whom, as they said; nobody has checked it.</summary>
    public string? By { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>The topic that it was redriven to.</summary>
    public string? To { get; init; }

    /// <summary>Whether it was redriven with other data.</summary>
    public bool IsEdited { get; init; }
}
