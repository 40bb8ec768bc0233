using Ganglion.Configuring;

namespace Ganglion.Guards.Models;

/// <summary>A score that a model gives, and what follows from it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Description">What it measures.</param>
internal sealed record ScoreRule(string Name, string Description)
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["toxicity"] = "insults, threats, harassment, hate",
        ["off-topic"] = "it has nothing to do with what the application is for",
        ["on-brand"] = "tone and content are what the application wants to be known for",
        ["unsafe"] = "it asks for, or gives, what may hurt somebody or break the law",
    };

    public double? BlockFrom { get; private init; }

    public double? BlockBelow { get; private init; }

    public double? EscalateFrom { get; private init; }

    public double? EscalateBelow { get; private init; }

    /// <summary>Reads one of the settings <c>scores</c>.</summary>
    public static ScoreRule Read(string name, SettingsReader settings)
    {
        string? description = settings.Text("description") ?? Known.GetValueOrDefault(name);
        var rule = new ScoreRule(name, description ?? "")
        {
            BlockFrom = settings.Number("blockFrom", 0, 1),
            BlockBelow = settings.Number("blockBelow", 0, 1),
            EscalateFrom = settings.Number("escalateFrom", 0, 1),
            EscalateBelow = settings.Number("escalateBelow", 0, 1),
        };
        if (description is null)
        {
            settings.Fault("description", $"is missing: say what '{name}' measures.");
        }

        settings.End();
        return rule;
    }

    /// <summary>What follows from a score.</summary>
    public VerdictKind Judge(double score) =>
        score >= BlockFrom || score < BlockBelow ? VerdictKind.Block
        : score >= EscalateFrom || score < EscalateBelow ? VerdictKind.Escalate
        : VerdictKind.Pass;

    /// <summary>How grave a score is: where a low one is bad, the other way round.</summary>
    public double Gravity(double score) => score < BlockBelow || score < EscalateBelow ? 1 - score : score;
}
