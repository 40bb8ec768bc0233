using System.Text.Json;
using Ganglion.Configuring;
using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Evaluations;

/// <summary>Reads evaluations of files, and tells all that is wrong at once.</summary>
internal static class EvaluationFile
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static Evaluation Read(string path)
    {
        var faults = new List<string>();
        JsonElement settings = SettingsFile.Read(path, faults);
        if (faults.Count > 0)
        {
            throw new EvaluationException(EvaluationException.Invalid, faults);
        }

        string file = Path.GetFileName(path);
        var lines = new FileLines(file, File.ReadAllText(path));
        if (settings.ValueKind != JsonValueKind.Object)
        {
            throw new EvaluationException(EvaluationException.Invalid, [$"{file} is no object: set cases."]);
        }

        Evaluation evaluation = Read(new SettingsReader(file, settings, faults), Path.GetFileNameWithoutExtension(path));
        if (faults.Count > 0)
        {
            throw new EvaluationException(EvaluationException.Invalid, [.. faults.Select(lines.Place)]);
        }

        evaluation.Check();
        return evaluation;
    }

    private static Evaluation Read(SettingsReader file, string name)
    {
        EvaluationVariant[] variants = [.. file.Objects("variants").Select(ReadVariant)];
        var evaluation = new Evaluation
        {
            Name = file.Text("name") ?? name,
            Instructions = file.Text("instructions"),
            Repeats = file.Count("repeats", 1, 1_000) ?? 1,
            PassShare = ShareOf(file) ?? 1,
            Parallelism = file.Count("parallel", 1, 1_000) ?? 4,
            Timeout = file.Time("timeout", TimeSpan.FromMilliseconds(1), Longest) ?? TimeSpan.FromMinutes(2),
            Chat = new ChatOptions
            {
                Temperature = (float)(file.Number("temperature", 0, 2) ?? 0),
                MaxOutputTokens = file.Count("max_output_tokens", 1, 1_000_000),
            },
            Cases = [.. file.Objects("cases").Select(ReadCase)],
        };
        if (!file.Has("cases") || (file.Element("cases") is { ValueKind: JsonValueKind.Array } cases && cases.GetArrayLength() == 0))
        {
            file.Fault("cases", "is missing: set a list of cases, each with a prompt and checks.");
        }

        AddDoubles(file, "cases", evaluation.Cases.Select(one => one.Name));
        AddDoubles(file, "variants", variants.Select(variant => variant.Name));
        file.End();
        return variants.Length == 0 ? evaluation : evaluation with { Variants = variants };
    }

    private static EvaluationVariant ReadVariant(SettingsReader variant)
    {
        var read = new EvaluationVariant { Name = variant.RequiredText("name"), Model = variant.Text("model"), Instructions = variant.Text("instructions") };
        variant.End();
        return read;
    }

    private static EvaluationCase ReadCase(SettingsReader one)
    {
        ChatMessage[] messages = [.. one.Objects("messages").Select(ReadMessage)];
        if (one.Has("prompt") == one.Has("messages"))
        {
            one.Fault("prompt", one.Has("prompt") ? "is set beside messages: set one of both." : "is missing: set a text, or messages.");
        }
        else if (one.Text("prompt") is { } prompt)
        {
            messages = [new ChatMessage(ChatRole.User, prompt)];
        }

        var read = new EvaluationCase
        {
            Name = one.RequiredText("name"),
            Messages = messages,
            Instructions = one.Text("instructions"),
            Repeats = one.Count("repeats", 1, 1_000),
            PassShare = ShareOf(one),
            Checks = [.. one.Objects("checks").SelectMany(ReadChecks)],
        };
        if (!one.Has("checks") || (one.Element("checks") is { ValueKind: JsonValueKind.Array } checks && checks.GetArrayLength() == 0))
        {
            one.Fault("checks", "is missing: without a check every answer passes.");
        }

        one.End();
        return read;
    }

    private static ChatMessage ReadMessage(SettingsReader message)
    {
        string role = message.Choice("role", "system", "user", "assistant") ?? "user";
        var read = new ChatMessage(new ChatRole(role), message.RequiredText("text"));
        message.End();
        return read;
    }

    private static List<EvaluationCheck> ReadChecks(SettingsReader check)
    {
        var checks = new List<EvaluationCheck>();
        checks.AddRange(check.Texts("contains").Select(EvaluationCheck.Contains));
        checks.AddRange(check.Texts("not_contains").Select(EvaluationCheck.DoesNotContain));
        foreach (string pattern in check.Texts("matches"))
        {
            Add("matches", () => EvaluationCheck.Matches(pattern));
        }

        if (check.Has("schema"))
        {
            Add("schema", () => EvaluationCheck.Schema(check.Element("schema")));
        }

        int? threshold = check.Count("threshold", 1, 10);
        if (check.Text("judge") is { } criteria)
        {
            checks.Add(EvaluationCheck.Judge(criteria, threshold ?? 7));
        }
        else if (check.Has("threshold"))
        {
            check.Fault("threshold", "stands without judge: set the criteria.");
        }

        if (check.Number("max_cost", 0, 1_000_000) is { } cost)
        {
            checks.Add(EvaluationCheck.MaxCost((decimal)cost));
        }

        if (check.Time("max_latency", TimeSpan.FromMilliseconds(1), Longest) is { } latency)
        {
            checks.Add(EvaluationCheck.MaxLatency(latency));
        }

        if (check.Count("max_tokens", 1, 100_000_000) is { } tokens)
        {
            checks.Add(EvaluationCheck.MaxTokens(tokens));
        }

        int before = check.Faults.Count;
        check.End();
        if (checks.Count == 0 && check.Faults.Count == before && !check.Faults.Exists(fault => fault.StartsWith($"{check.Path}:", StringComparison.Ordinal)))
        {
            check.Faults.Add($"{check.Path} checks nothing: set contains, not_contains, matches, schema, judge, max_cost, max_latency or max_tokens.");
        }

        return checks;

        void Add(string name, Func<EvaluationCheck> create)
        {
            try
            {
                checks.Add(create());
            }
            catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
            {
                check.Fault(name, $"cannot be used: {wrong.Message}");
            }
        }
    }

    private static double? ShareOf(SettingsReader settings)
    {
        double? share = settings.Number("pass", 0, 1);
        if (share == 0)
        {
            settings.Fault("pass", "is 0: set the share of answers that have to pass, more than 0.");
        }

        return share;
    }

    private static void AddDoubles(SettingsReader file, string list, IEnumerable<string> names)
    {
        foreach ((int index, string name) in names.Index().Where(one => one.Item.Length > 0).GroupBy(one => one.Item, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
        {
            file.Faults.Add(FormattableString.Invariant($"{file.Path}:{list}:{index}:name is '{name}', as one before it: give each a name of its own."));
        }
    }
}
