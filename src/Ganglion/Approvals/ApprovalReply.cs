namespace Ganglion.Approvals;

/// <summary>What an approval answers to a command.</summary>
internal sealed record ApprovalReply
{
    /// <summary>Why it was refused; none: it was not.</summary>
    public string? Code { get; init; }

    public string? Message { get; init; }

    public ApprovalStatus Status { get; init; }

    public int Version { get; init; }

    /// <summary>Whether a second person has to approve.</summary>
    public bool NeedsAnother { get; init; }

    public DateTimeOffset? ClaimedUntil { get; init; }
}
