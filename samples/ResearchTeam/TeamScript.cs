using System.Text.Json;
using System.Text.RegularExpressions;
using Ganglion.Events;
using Ganglion.Models;
using Ganglion.Teams;
using Microsoft.Extensions.AI;
using ResearchTeam.Workers;

namespace ResearchTeam;

/// <summary>The model of the sample where no other is configured: rules that play a planner, a researcher and a writer. All it knows is in the documents that it searches.</summary>
internal static partial class TeamScript
{
    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;

    /// <summary>Makes the model.</summary>
    /// <param name="answerTime">How long an answer takes.</param>
    public static ScriptedChatClient CreateModel(TimeSpan answerTime) => new(
        "team-script",
        [
            new ScriptedRule(prompt => prompt.Instructions.Contains(Prompts.Planner, StringComparison.Ordinal) ? JsonSerializer.Serialize(Plan(prompt), Json) : null),
            new ScriptedRule(prompt => prompt.Instructions.Contains(Researcher.Instructions, StringComparison.Ordinal) ? Research(prompt) : null),
            new ScriptedRule(prompt => prompt.Instructions.Contains(Writer.Instructions, StringComparison.Ordinal)
                ? string.Join(' ', ResultsOf(prompt)) : null),
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

    // Searches once, and takes the line for the answer that has most words of the task.
    private static ChatMessage Research(ScriptedPrompt prompt)
    {
        if (prompt.Messages[^1].Role != ChatRole.Tool)
        {
            return new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("search", "search_documents", new Dictionary<string, object?> { ["query"] = TaskOf(prompt), ["count"] = 5 })]);
        }

        string result = prompt.Messages[^1].Contents.OfType<FunctionResultContent>().Single().Result?.ToString() ?? "";
        HashSet<string> wanted = WordsOf(TaskOf(prompt));
        (string Line, string Path, int Words) best = Passage().Matches(result)
            .SelectMany(passage => passage.Groups["text"].Value.Split('\n').Where(line => !line.StartsWith('#')).Select(line => (Line: line, passage.Groups["path"].Value)))
            .Select(one => (one.Line, one.Value, WordsOf(one.Line).Count(wanted.Contains))).OrderByDescending(one => one.Item3).FirstOrDefault();
        return new ChatMessage(ChatRole.Assistant, best.Words > 0 ? $"{best.Line} ({best.Path})" : $"The documents have nothing about '{TaskOf(prompt)}'.");
    }

    private static HashSet<string> WordsOf(string text) => Word().Matches(text).Select(match => match.Value.ToUpperInvariant()).ToHashSet();

    // The text of whoever wrote last.
    private static string Answer(ScriptedPrompt prompt)
    {
        int missing = PartsOf(prompt, "missing");
        return $"{ResultsOf(prompt).LastOrDefault() ?? "Nothing was found out."}{(missing == 0 ? "" : $" This is not all: {missing} of the tasks failed.")}";
    }

    private static IEnumerable<string> ResultsOf(ScriptedPrompt prompt) =>
        from part in Part().Matches(prompt.Question) where part.Groups["name"].Value.StartsWith("result of", StringComparison.Ordinal) select part.Groups["text"].Value.Trim();

    private static string TaskOf(ScriptedPrompt prompt) => PartOf(prompt, "task");

    private static string PartOf(ScriptedPrompt prompt, string name) =>
        Part().Matches(prompt.Question).FirstOrDefault(part => part.Groups["name"].Value == name)?.Groups["text"].Value.Trim() ?? "";

    private static int PartsOf(ScriptedPrompt prompt, string prefix) =>
        Part().Matches(prompt.Question).Count(part => part.Groups["name"].Value.StartsWith(prefix, StringComparison.Ordinal));

    // As the tool writes it.
    [GeneratedRegex(@"^(?<path>[^\s:]+\.md):\d+\n(?<text>.+?)(?=^[^\s:]+\.md:\d+$|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Passage();

    [GeneratedRegex(@"\p{L}{4,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"^- (?<name>[^:\n]+):", RegexOptions.Multiline)]
    private static partial Regex Member();

    [GeneratedRegex(@"^--- (?<name>.+?) ---\n(?<text>.*?)(?=^--- |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Part();
}
