namespace Ganglion.Approvals;

/// <summary>How far an approval is.</summary>
public enum ApprovalStatus
{
    /// <summary>Nobody has decided, or one of two has.</summary>
    Pending,

    /// <summary>The event has gone on, as it was or edited.</summary>
    Approved,

    /// <summary>The event does not go on.</summary>
    Rejected,
}
