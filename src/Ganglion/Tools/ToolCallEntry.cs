namespace Ganglion.Tools;

/// <summary>
/// What became of a call of a tool: the data of an event on <see cref="Channel"/>. The event's source is the agent, its cause the event that the handler was at, its key the instance. It has
/// neither arguments nor results, which may be secret: those stay in the agent's journal.
/// </summary>
public sealed record ToolCallEntry
{
    /// <summary>The channel of these events, and their type.</summary>
    public const string Channel = "ganglion.tools.calls";

    /// <summary>The instance that has called, as <c>writer/lead-7</c>.</summary>
    public required string Instance { get; init; }

    /// <summary>The tool, by the name that the model has called it.</summary>
    public required string Tool { get; init; }

    /// <summary>The id of the call, which the model or its client has given it.</summary>
    public required string CallId { get; init; }

    /// <summary>What it came to.</summary>
    public required ToolCallStatus Status { get; init; }

    /// <summary>How long it took, all attempts together.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How often it was tried; 0 if it was refused.</summary>
    public required int Attempts { get; init; }

    /// <summary>The approval by which it was decided; <see langword="null"/>: it needed none.</summary>
    public string? Approval { get; init; }

    /// <summary>Who has decided; <c>ganglion</c> if a time was over.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Whether who has approved it has changed the arguments.</summary>
    public bool IsEdited { get; init; }

    /// <summary>How many bytes the arguments have, as JSON: those that it was called with.</summary>
    public required long ArgumentsSize { get; init; }

    /// <summary>Their SHA-256, in hexadecimal digits: the same arguments have the same.</summary>
    public required string ArgumentsHash { get; init; }

    /// <summary>How many bytes the result had before it was cut; <see langword="null"/>: there was none.</summary>
    public long? ResultSize { get; init; }

    /// <summary>The SHA-256 of the whole result, in hexadecimal digits.</summary>
    public string? ResultHash { get; init; }
}
