namespace Ganglion.Tools;

/// <summary>What the journal keeps of a call: what the model is told, and what the event about it says.</summary>
internal sealed record ToolOutcome
{
    public required ToolCallStatus Status { get; init; }

    /// <summary>What the model is told.</summary>
    public required string Text { get; init; }

    /// <summary>Nothing was called yet: a person has to approve it.</summary>
    public ToolNeed? Need { get; init; }

    public TimeSpan Duration { get; init; }

    public int Attempts { get; init; }

    public long ArgumentsSize { get; init; }

    public string ArgumentsHash { get; init; } = "";

    public long? ResultSize { get; init; }

    public string? ResultHash { get; init; }
}
