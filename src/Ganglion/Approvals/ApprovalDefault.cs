namespace Ganglion.Approvals;

/// <summary>What becomes of an approval that nobody has decided in time.</summary>
public enum ApprovalDefault
{
    /// <summary>It stays, and is told to be overdue.</summary>
    Keep,

    /// <summary>The event goes on.</summary>
    Approve,

    /// <summary>The event does not go on.</summary>
    Reject,
}
