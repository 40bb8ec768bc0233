namespace Ganglion.Approvals;

/// <summary>An approval as lists show it.</summary>
public sealed record ApprovalItem
{
    /// <summary>The approval: the id of the event by which it was asked for.</summary>
    public required string Id { get; init; }

    /// <summary>The queue that it is in.</summary>
    public required string Queue { get; init; }

    /// <summary>How far it is.</summary>
    public ApprovalStatus Status { get; init; }

    /// <summary>Which version there is: edits and comments make a new one, and a decision names the one that it is about.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Since when the event is held up.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The type of the event that is held up.</summary>
    public required string EventType { get; init; }

    /// <summary>Its id.</summary>
    public required string EventId { get; init; }

    /// <summary>The channel that it was published to.</summary>
    public string? Channel { get; init; }

    /// <summary>Whose event it is.</summary>
    public string? Agent { get; init; }

    /// <summary>The rule that has held it up.</summary>
    public string? Rule { get; init; }

    /// <summary>Why, for people; of a long text its beginning.</summary>
    public string? Reason { get; init; }

    /// <summary>The score by which it was held up, if by one.</summary>
    public double? Score { get; init; }

    /// <summary>The last claim; it may be over.</summary>
    public ApprovalClaim? Claim { get; init; }

    /// <summary>Who have approved this version.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>How often it was edited.</summary>
    public int Edits { get; init; }

    /// <summary>How often something was said about it.</summary>
    public int Comments { get; init; }

    /// <summary>How often it went to another queue.</summary>
    public int Escalations { get; init; }

    /// <summary>Whether its queue was reminded of it, or its time was over.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Who has decided; of two, the second. <see langword="null"/>: nobody yet, or its time was over.</summary>
    public string? DecidedBy { get; init; }
}
