using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>
/// What has happened to an approval: the data of an event on the topic <see cref="ApprovalQueues.Topic"/>. The event's type says what,
/// as <c>approval.approved</c>; its subject is the approval.
/// </summary>
public sealed record ApprovalEntry
{
    /// <summary>The approval: the id of the event by which it was asked for.</summary>
    public required string Approval { get; init; }

    /// <summary>When, by the clock of the host that has decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Since when the event is held up, by the same clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The version of what is to be decided on, after this. For a decision: the version decided on.</summary>
    public required int Version { get; init; }

    /// <summary>The queue that it is in, after this.</summary>
    public required string Queue { get; init; }

    /// <summary>Who; <see langword="null"/>: nobody, a time was over.</summary>
    public string? By { get; init; }

    /// <summary>Whether somebody vouches for the name.</summary>
    public bool Authenticated { get; init; }

    /// <summary>Why, or what was said.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it was held up: the rule.</summary>
    public string? Rule { get; init; }

    /// <summary>Whose event it is.</summary>
    public string? Agent { get; init; }

    /// <summary>Of a claim: until when.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of an escalation: the queue that it was in.</summary>
    public string? From { get; init; }

    /// <summary>Of an approval: all who have approved this version.</summary>
    public IReadOnlyList<string>? Approvers { get; init; }

    /// <summary>Of an approval: how often the data was edited before.</summary>
    public int Edits { get; init; }

    /// <summary>Of an edit: what it has changed.</summary>
    public IReadOnlyList<ApprovalDifference>? Difference { get; init; }

    /// <summary>Of an edit: the event as it is from now on.</summary>
    public CloudEvent? Event { get; init; }

    /// <summary>Of the beginning: what was asked.</summary>
    public ApprovalRequest? Request { get; init; }
}
