using System.Globalization;
using System.Text.Json;
using Ganglion.Events;
using Ganglion.Guards;

namespace Ganglion.Routing;

/// <summary>The headers of an event in <c>.flagged</c>: who has judged it, how, and why.</summary>
internal static class Flag
{
    /// <summary>What the names of all of them begin with.</summary>
    public const string Prefix = "__flag.";

    /// <summary>The event with them.</summary>
    public static Record On(Record record, string stage, GuardDescription guard, Verdict verdict)
    {
        var headers = new List<RecordHeader>(7)
        {
            new(Prefix + "stage", stage),
            new(Prefix + "guard", guard.Name),
            new(Prefix + "version", guard.Version),
            new(Prefix + "verdict", VerdictNames.NameOf(verdict.Kind)),
        };
        if (verdict.Reason is { } reason)
        {
            headers.Add(new(Prefix + "reason", reason));
        }

        if (verdict.Score is { } score)
        {
            headers.Add(new(Prefix + "score", score.ToString(CultureInfo.InvariantCulture)));
        }

        if (verdict.Findings.Count > 0)
        {
            headers.Add(new(Prefix + "findings", JsonSerializer.Serialize(verdict.Findings, RoutingJson.Default.IReadOnlyListFinding)));
        }

        return record with { Headers = record.Headers.With([.. headers]) };
    }
}
