using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.AspNetCore.Oversight;

namespace Ganglion.Cli.Commands;

/// <summary>The options by which a stage is told on a command line.</summary>
internal sealed class StageArguments
{
    private readonly Option<string> _kind = new("--kind") { Description = "What it does, such as mirror, divert or split", HelpName = "KIND", Required = true };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A setting; what is JSON is taken as such, all else as text",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _settings = new("--settings") { Description = "All settings as a JSON object, or the file that holds it", HelpName = "JSON|@FILE" };

    public void AddTo(Command command)
    {
        command.Add(_kind);
        command.Add(_set);
        command.Add(_settings);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_set) is { Implicit: false } && result.GetResult(_settings) is { Implicit: false })
            {
                result.AddError("--set and --settings exclude one another.");
            }
        });
    }

    /// <exception cref="CliException">The settings cannot be read.</exception>
    public StageView Read(ParseResult command, string name)
    {
        JsonElement? settings = command.GetValue(_settings) is { } whole ? ReadWhole(whole) : ReadEach(command.GetValue(_set) ?? []);
        return new StageView(name, command.GetRequiredValue(_kind)) { Settings = settings };
    }

    private static JsonElement ReadWhole(string text)
    {
        string json = text.StartsWith('@') ? File.ReadAllText(text[1..]) : text;
        return TryParse(json) is { ValueKind: JsonValueKind.Object } settings
            ? settings
            : throw new CliException($"--settings must be a JSON object such as {{\"to\":\"copies\"}}, or a file that holds one (@FILE), not '{text}'.");
    }

    private static JsonElement? ReadEach(string[] settings)
    {
        var read = new JsonObject();
        foreach (string setting in settings)
        {
            int end = setting.IndexOf('=', StringComparison.Ordinal);
            if (end <= 0)
            {
                throw new CliException($"--set must be NAME=VALUE, not '{setting}'.");
            }

            string value = setting[(end + 1)..];
            read[setting[..end]] = TryParse(value) is { } json ? JsonNode.Parse(json.GetRawText()) : JsonValue.Create(value);
        }

        return settings.Length == 0 ? null : JsonElement.Parse(read.ToJsonString());
    }

    private static JsonElement? TryParse(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
