namespace Ganglion.Approvals;

/// <summary>How often people had to step in for an agent by a rule, how long it took them, and how often they said otherwise than the agent.</summary>
/// <param name="Agent">Whose events; <c>none</c> if it is not known.</param>
/// <param name="Rule">What has held them up; <c>none</c> if it is not known.</param>
public sealed record ApprovalStatistics(string Agent, string Rule)
{
    /// <summary>How many events were held up.</summary>
    public long Requested { get; init; }

    /// <summary>How many are still.</summary>
    public long Pending { get; init; }

    /// <summary>How many people have approved as they were.</summary>
    public long Approved { get; init; }

    /// <summary>How many people have approved with other data.</summary>
    public long Edited { get; init; }

    /// <summary>How many people have rejected.</summary>
    public long Rejected { get; init; }

    /// <summary>How many were decided by nobody, since their time was over.</summary>
    public long ByDefault { get; init; }

    /// <summary>The share of those that people have decided in which they edited or rejected; 0 if they have decided none.</summary>
    public double Overruled => Approved + Edited + Rejected is > 0 and var all ? (Edited + Rejected) / (double)all : 0;

    /// <summary>How long it took on average until they were decided; <see langword="null"/>: none is.</summary>
    public TimeSpan? Mean { get; init; }

    /// <summary>The time within which half of them were decided: at most twice what it really was, and at least a second.</summary>
    public TimeSpan? Median { get; init; }

    /// <summary>How long it took at most.</summary>
    public TimeSpan? Longest { get; init; }
}
