namespace Ganglion.Approvals;

/// <summary>Which approvals are meant. What is not set says nothing.</summary>
public sealed record ApprovalFilter
{
    /// <summary>How far they are. Pending ones come the oldest first, others the last decided first. Default: pending.</summary>
    public ApprovalStatus Status { get; init; }

    /// <summary>The queue that they are in.</summary>
    public string? Queue { get; init; }

    /// <summary>Whose event is held up.</summary>
    public string? Agent { get; init; }

    /// <summary>The rule that has held it up.</summary>
    public string? Rule { get; init; }

    /// <summary>The channel that it was published to.</summary>
    public string? Channel { get; init; }

    /// <summary>Who has a claim on them, or has decided.</summary>
    public string? By { get; init; }

    /// <summary>Only those that nobody has a claim on.</summary>
    public bool Unclaimed { get; init; }

    /// <summary>Only those that are held up since before a time.</summary>
    public DateTimeOffset? Before { get; init; }

    internal bool Fits(ApprovalItem item, DateTimeOffset now)
    {
        ApprovalClaim? claim = item.Status == ApprovalStatus.Pending && item.Claim is { } last && last.Until > now ? last : null;
        return item.Status == Status
            && (Queue is null || item.Queue == Queue)
            && (Agent is null || item.Agent == Agent)
            && (Rule is null || item.Rule == Rule)
            && (Channel is null || item.Channel == Channel)
            && (By is null || claim?.By == By || item.DecidedBy == By)
            && (!Unclaimed || claim is null)
            && (Before is null || item.Since < Before);
    }
}
