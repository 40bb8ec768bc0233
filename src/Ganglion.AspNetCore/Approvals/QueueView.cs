using Ganglion.Approvals;

namespace Ganglion.AspNetCore.Approvals;

/// <summary>The queues in which something is pending.</summary>
internal sealed record QueueList(IReadOnlyList<QueueView> Queues);

/// <summary>How a queue is doing.</summary>
internal sealed record QueueView(string Queue, int Pending)
{
    public DateTimeOffset? Oldest { get; init; }

    public string? Team { get; init; }

    public static QueueView Of(ApprovalQueueSummary queue) => new(queue.Queue, queue.Pending) { Oldest = queue.Oldest, Team = queue.Team };
}

/// <summary>Figures by agent and rule.</summary>
internal sealed record ApprovalStatsList(IReadOnlyList<ApprovalStatsView> Stats);

/// <summary>How often people had to step in for an agent by a rule, how long it took them, and how often they said otherwise.</summary>
internal sealed record ApprovalStatsView(string Agent, string Rule, long Requested, long Pending, long Approved, long Edited, long Rejected, long ByDefault, double Overruled)
{
    public double? MeanSeconds { get; init; }

    public double? MedianSeconds { get; init; }

    public double? LongestSeconds { get; init; }

    public static ApprovalStatsView Of(ApprovalStatistics one) => new(
        one.Agent, one.Rule, one.Requested, one.Pending, one.Approved, one.Edited, one.Rejected, one.ByDefault, Math.Round(one.Overruled, 4))
    {
        MeanSeconds = one.Mean?.TotalSeconds,
        MedianSeconds = one.Median?.TotalSeconds,
        LongestSeconds = one.Longest?.TotalSeconds,
    };
}
