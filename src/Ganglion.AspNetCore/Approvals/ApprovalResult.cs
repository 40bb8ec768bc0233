using Ganglion.Approvals;
using Ganglion.AspNetCore.Problems;

namespace Ganglion.AspNetCore.Approvals;

/// <summary>What was done, or would be, about each approval.</summary>
internal sealed record ApprovalBatchResult(bool Executed, IReadOnlyList<ApprovalOutcomeView> Outcomes)
{
    /// <summary>Whether more of them are pending than are decided about at once.</summary>
    public bool More { get; init; }
}

/// <summary>What was done, or would be, about an approval.</summary>
internal sealed record ApprovalOutcomeView(string Id)
{
    public string? Status { get; init; }

    public int? Version { get; init; }

    /// <summary>Whether a second person has to approve.</summary>
    public bool NeedsAnother { get; init; }

    public DateTimeOffset? ClaimedUntil { get; init; }

    /// <summary>Why nothing is done about it.</summary>
    public Problem? Problem { get; init; }

    public static ApprovalOutcomeView Of(ApprovalOutcome outcome) => outcome.Problem is { } problem
        ? new(outcome.Id) { Problem = Problem.Of(problem) }
        : new(outcome.Id)
        {
            Status = ApprovalView.StatusOf(outcome.Status),
            Version = outcome.Version,
            NeedsAnother = outcome.NeedsAnother,
            ClaimedUntil = outcome.ClaimedUntil,
        };
}
