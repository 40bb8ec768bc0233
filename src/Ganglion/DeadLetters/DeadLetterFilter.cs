namespace Ganglion.DeadLetters;

/// <summary>Which dead letters are wanted. What is <see langword="null"/> does not narrow them.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>
    /// A topic of dead letters, or a topic whose dead letters are wanted. <see langword="null"/>: all topics whose name ends in
    /// <c>.dlq</c> or <c>.dlt</c>, also with <c>-</c> or <c>_</c> for the dot and in upper case.
    /// </summary>
    public string? Topic { get; init; }

    /// <summary>The consumer group that could not handle them.</summary>
    public string? Group { get; init; }

    /// <summary>The type of the exception, with its namespace or without.</summary>
    public string? ExceptionClass { get; init; }

    /// <summary>Only records whose timestamp is not before this. For events of Ganglion that is when they happened, not when they were parked.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Also those that were redriven or discarded. Default <see langword="false"/>.</summary>
    public bool IncludeDecided { get; init; }

    internal bool Matches(DeadLetter letter) =>
        (Group is null || letter.Group == Group)
        && (ExceptionClass is not { } name || letter.ExceptionClass == name || letter.ExceptionClass?.EndsWith("." + name, StringComparison.Ordinal) is true)
        && (Since is not { } since || letter.Record.Timestamp >= since);
}
