namespace Ganglion.Approvals;

/// <summary>The types of the events that tell what has happened to approvals.</summary>
internal static class ApprovalKinds
{
    public const string Requested = ApprovalRequests.Requested;
    public const string Claimed = "approval.claimed";
    public const string Released = "approval.released";
    public const string Commented = "approval.commented";
    public const string Edited = "approval.edited";
    public const string Endorsed = "approval.endorsed";
    public const string Approved = "approval.approved";
    public const string Rejected = "approval.rejected";
    public const string Escalated = "approval.escalated";
    public const string Reminded = "approval.reminded";
    public const string Expired = "approval.expired";
}
