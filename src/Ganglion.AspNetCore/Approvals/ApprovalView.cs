using Ganglion.Approvals;

namespace Ganglion.AspNetCore.Approvals;

/// <summary>A page of approvals.</summary>
internal sealed record ApprovalList(IReadOnlyList<ApprovalView> Approvals)
{
    /// <summary>Where the next page begins; none: there are no more.</summary>
    public string? Next { get; init; }
}

/// <summary>An approval as lists show it.</summary>
internal sealed record ApprovalView(string Id, string Queue, string Status, int Version, DateTimeOffset Since, string EventType, string EventId)
{
    public string? Channel { get; init; }

    public string? Agent { get; init; }

    public string? Rule { get; init; }

    public string? Reason { get; init; }

    public double? Score { get; init; }

    public string? ClaimedBy { get; init; }

    public DateTimeOffset? ClaimedUntil { get; init; }

    public IReadOnlyList<string>? Approvers { get; init; }

    public int Edits { get; init; }

    public int Comments { get; init; }

    public int Escalations { get; init; }

    public bool IsOverdue { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? DecidedBy { get; init; }

    public static ApprovalView Of(ApprovalItem item, DateTimeOffset now)
    {
        ApprovalClaim? claim = item.Claim is { } last && last.Until > now ? last : null;
        return new(item.Id, item.Queue, StatusOf(item.Status), item.Version, item.Since, item.EventType, item.EventId)
        {
            Channel = item.Channel,
            Agent = item.Agent,
            Rule = item.Rule,
            Reason = item.Reason,
            Score = item.Score,
            ClaimedBy = claim?.By,
            ClaimedUntil = claim?.Until,
            Approvers = item.Approvers.Count == 0 ? null : item.Approvers,
            Edits = item.Edits,
            Comments = item.Comments,
            Escalations = item.Escalations,
            IsOverdue = item.IsOverdue,
            DecidedAt = item.DecidedAt,
            DecidedBy = item.DecidedBy,
        };
    }

    public static string StatusOf(ApprovalStatus status) => status switch
    {
        ApprovalStatus.Approved => "approved",
        ApprovalStatus.Rejected => "rejected",
        _ => "pending",
    };
}
