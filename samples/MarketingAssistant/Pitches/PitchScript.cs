using System.Text.Json;
using Ganglion.Models;

namespace MarketingAssistant.Pitches;

/// <summary>What the scripted model writes. As models do, it promises too much to who asks for it, and talks about rivals to who names one.</summary>
internal static class PitchScript
{
    public const string Model = "nordlicht-script-1";

    public static ScriptedChatClient Create() => new(Model, [new ScriptedRule(prompt => Write(prompt.Question))]);

    private static string Write(string question)
    {
        PitchBrief brief = JsonSerializer.Deserialize(question, ModelJson.Default.PitchBrief)!;
        string text =
            $"""
            Dear {brief.Name},

            {ArgumentFor(brief.Company, brief.Message ?? "")}

            Shall we call you tomorrow about {brief.Quantity} × {brief.Product}?
            """;
        return JsonSerializer.Serialize(new PitchText($"{brief.Quantity} × {brief.Product} for {brief.Company}", text), ModelJson.Default.PitchText);
    }

    private static string ArgumentFor(string company, string message) => message switch
    {
        _ when Mentions(message, "guarantee") => $"to {company} we guarantee that our bikes pay for themselves within a month.",
        _ when Mentions(message, "discount") => $"as you ask so kindly, {company} gets a discount of 30 %.",
        _ when Mentions(message, "VeloMax") => $"what we build for {company} lasts longer than the bikes of VeloMax, and costs less.",
        _ => $"what we build for {company} is ridden every day, in any weather.",
    };

    private static bool Mentions(string message, string word) => message.Contains(word, StringComparison.OrdinalIgnoreCase);
}
