namespace Ganglion.Approvals;

/// <summary>What has become of a command, or would.</summary>
/// <param name="Id">The approval.</param>
public sealed record ApprovalOutcome(string Id)
{
    /// <summary>Why it was refused; <see langword="null"/>: it was not.</summary>
    public GanglionException? Problem { get; init; }

    /// <summary>How far the approval is.</summary>
    public ApprovalStatus Status { get; init; }

    /// <summary>Its newest version; 0 if it is not known.</summary>
    public int Version { get; init; }

    /// <summary>Whether a second person has to approve.</summary>
    public bool NeedsAnother { get; init; }

    /// <summary>Until when it is claimed, if it is.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }
}
