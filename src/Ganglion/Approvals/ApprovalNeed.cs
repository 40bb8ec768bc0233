namespace Ganglion.Approvals;

/// <summary>That an event is to be held up.</summary>
/// <param name="Rule">The rule that says so.</param>
/// <param name="Queue">Who is to decide.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record ApprovalNeed(string Rule, string Queue, string Reason)
{
    /// <summary>The number that was compared, if one was.</summary>
    public double? Score { get; init; }

    /// <summary>Whether two people have to approve.</summary>
    public bool FourEyes { get; init; }
}
