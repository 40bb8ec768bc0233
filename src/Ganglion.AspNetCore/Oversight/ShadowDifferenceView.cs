using Ganglion.Oversight;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>An event that a guard and its shadow have judged differently.</summary>
internal sealed record ShadowDifferenceView(
    string Channel, string Stage, string Topic, int Partition, long Offset, string EventId, ShadowVerdictView Guard, ShadowVerdictView Shadow)
{
    public DateTimeOffset? At { get; init; }

    public static ShadowDifferenceView Of(ShadowDifference one) => new(
        one.Channel, one.Stage, one.Position.Partition.Topic, one.Position.Partition.Partition, one.Position.Offset, one.EventId,
        ShadowVerdictView.Of(one.Guard), ShadowVerdictView.Of(one.Shadow))
    {
        At = one.At,
    };
}

/// <summary>How a guard or its shadow has judged an event.</summary>
/// <param name="Guard">The guard.</param>
/// <param name="Version">Its version.</param>
/// <param name="Verdict"><c>none</c>: it could not, and the reason says what hindered it.</param>
internal sealed record ShadowVerdictView(string Guard, string Version, string Verdict)
{
    public string? Reason { get; init; }

    public double? Score { get; init; }

    public static ShadowVerdictView Of(ShadowVerdict verdict) =>
        new(verdict.Guard, verdict.Version, ReplayedVerdictView.NameOf(verdict.Kind)) { Reason = verdict.Reason, Score = verdict.Score };
}
