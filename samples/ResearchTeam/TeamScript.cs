using System.Text.Json;
using System.Text.RegularExpressions;
using Ganglion.Events;
using Ganglion.Models;
using Ganglion.Teams;
using ResearchTeam.Workers;

namespace ResearchTeam;

/// <summary>The model of the sample where no other is configured: rules that play a planner, a researcher and a writer. It knows nothing, and says so.</summary>
internal static partial class TeamScript
{
    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;

    /// <summary>Makes the model.</summary>
    /// <param name="answerTime">How long an answer takes.</param>
    public static ScriptedChatClient CreateModel(TimeSpan answerTime) => new(
        "team-script",
        [
            new ScriptedRule(prompt => prompt.Instructions.Contains(Prompts.Planner, StringComparison.Ordinal) ? JsonSerializer.Serialize(Plan(prompt), Json) : null),
            new ScriptedRule(prompt => prompt.Instructions.Contains(Researcher.Instructions, StringComparison.Ordinal)
                ? $"I am a script and looked nowhere, but this is where facts about '{TaskOf(prompt)}' would stand." : null),
            new ScriptedRule(prompt => prompt.Instructions.Contains(Writer.Instructions, StringComparison.Ordinal)
                ? $"A text on '{TaskOf(prompt)}', made of {PartsOf(prompt, "result of")} results." : null),
            new ScriptedRule(prompt => prompt.Instructions.Contains(Prompts.Synthesiser, StringComparison.Ordinal) ? Answer(prompt) : null),
        ],
        new ScriptedChatOptions { AnswerTime = answerTime });

    // One question for each part of the request, side by side, and a text at the end by whoever writes; or each by whoever there is.
    private static Plan Plan(ScriptedPrompt prompt)
    {
        string[] agents = [.. Member().Matches(prompt.Instructions).Select(match => match.Groups["name"].Value)];
        string researcher = Array.Find(agents, agent => agent == "researcher") ?? agents[0];
        string writer = Array.Find(agents, agent => agent == "writer") ?? agents[^1];
        int made = PartsOf(prompt, "done");
        string[] parts = [.. PartOf(prompt, "request").Split(" and ", 4, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        List<PlannedTask> tasks = [.. parts.Select((part, index) => new PlannedTask($"t{made + index + 1}", researcher, part.TrimEnd('.', '?', '!'), []))];
        tasks.Add(new PlannedTask($"t{made + tasks.Count + 1}", writer, "Bring it together", [.. tasks.Select(task => task.Id)]));
        return new Plan(tasks);
    }

    private static string Answer(ScriptedPrompt prompt)
    {
        string[] results = [.. Part().Matches(prompt.Question).Where(part => part.Groups["name"].Value.StartsWith("result of", StringComparison.Ordinal)).Select(part => part.Groups["text"].Value.Trim())];
        int missing = PartsOf(prompt, "missing");
        return $"You asked: {PartOf(prompt, "request")} {(results.Length == 0 ? "Nothing was found out." : string.Join(' ', results))}"
            + (missing == 0 ? "" : $" {missing} of the tasks failed, so this is not all.");
    }

    private static string TaskOf(ScriptedPrompt prompt) => PartOf(prompt, "task");

    private static string PartOf(ScriptedPrompt prompt, string name) =>
        Part().Matches(prompt.Question).FirstOrDefault(part => part.Groups["name"].Value == name)?.Groups["text"].Value.Trim() ?? "";

    private static int PartsOf(ScriptedPrompt prompt, string prefix) =>
        Part().Matches(prompt.Question).Count(part => part.Groups["name"].Value.StartsWith(prefix, StringComparison.Ordinal));

    [GeneratedRegex(@"^- (?<name>[^:\n]+):", RegexOptions.Multiline)]
    private static partial Regex Member();

    [GeneratedRegex(@"^--- (?<name>.+?) ---\n(?<text>.*?)(?=^--- |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Part();
}
