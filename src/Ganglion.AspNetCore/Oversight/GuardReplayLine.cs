using Ganglion.AspNetCore.Problems;
using Ganglion.Guards;
using Ganglion.Oversight;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>A line of a replay: an event, what was found so far, or what went wrong.</summary>
internal sealed record GuardReplayLine
{
    public ReplayedEventView? Event { get; init; }

    public GuardReplaySummary? Summary { get; init; }

    public Problem? Problem { get; init; }
}

/// <summary>An event, and how two guards judge it.</summary>
internal sealed record ReplayedEventView(string Topic, int Partition, long Offset, ReplayedVerdictView Now, ReplayedVerdictView Then)
{
    public string? Id { get; init; }

    public string? Type { get; init; }

    public string? Key { get; init; }

    public static ReplayedEventView Of(ReplayedEvent one) => new(
        one.Position.Partition.Topic, one.Position.Partition.Partition, one.Position.Offset, ReplayedVerdictView.Of(one.Now), ReplayedVerdictView.Of(one.Then))
    {
        Id = one.Id,
        Type = one.Type,
        Key = one.Key,
    };
}

/// <summary>How a guard judges an event.</summary>
/// <param name="Verdict"><c>none</c>: it cannot, and the reason says what hinders it.</param>
internal sealed record ReplayedVerdictView(string Verdict)
{
    public string? Reason { get; init; }

    public double? Score { get; init; }

    public static ReplayedVerdictView Of(ReplayedVerdict verdict) => new(NameOf(verdict.Kind)) { Reason = verdict.Reason, Score = verdict.Score };

    public static string NameOf(VerdictKind? kind) => kind switch
    {
        VerdictKind.Pass => "pass",
        VerdictKind.Change => "change",
        VerdictKind.Escalate => "escalate",
        VerdictKind.Block => "block",
        _ => "none",
    };
}

/// <summary>What a replay has found so far.</summary>
/// <param name="IsOver">Whether it has come to the end.</param>
/// <param name="Events">How many events it has judged.</param>
/// <param name="Different">Of how many the guards say something else.</param>
/// <param name="Verdicts">How many of each verdict there are.</param>
/// <param name="Then">The version of the guard that was replayed.</param>
internal sealed record GuardReplaySummary(bool IsOver, long Events, long Different, IReadOnlyList<VerdictCountView> Verdicts, string Then)
{
    /// <summary>The version of the guard that it is compared with; without: nobody.</summary>
    public string? Now { get; init; }
}

/// <summary>How many events get a verdict, and would.</summary>
internal sealed record VerdictCountView(string Verdict, long Now, long Then);
