namespace Ganglion.DeadLetters;

/// <summary>How dead letters are sent again.</summary>
public sealed record RedriveOptions
{
    /// <summary>
    /// The topic to send them to. <see langword="null"/>: the inbox of the agent that could not handle them, so that nobody else gets
    /// them again; where it was no agent, the topic that they came from, where every group gets them again.
    /// </summary>
    public string? To { get; init; }

    /// <summary>Other data for the event, for one letter only. <see langword="null"/>: as it was.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>Whether to do it. Default <see langword="false"/>: only what would be done is told.</summary>
    public bool Execute { get; init; }

    /// <summary>By whom, for the record; nobody checks it.</summary>
    public string? By { get; init; }

    /// <summary>Why, for the record.</summary>
    public string? Reason { get; init; }
}
