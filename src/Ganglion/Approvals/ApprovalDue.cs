namespace Ganglion.Approvals;

/// <summary>A time is over.</summary>
/// <param name="What">Which: one of the constants.</param>
/// <param name="Stay">In which of the queues that it was in, counted from 1: what was set for another one means nothing.</param>
internal sealed record ApprovalDue(string What, int Stay)
{
    public const string ClaimEnd = "claim";
    public const string Reminder = "remind";
    public const string Escalation = "escalate";
    public const string Deadline = "default";
    public const string Forgetting = "forget";
}
