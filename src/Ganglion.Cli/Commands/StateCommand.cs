using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ganglion.AspNetCore.Requests;
using Ganglion.AspNetCore.States;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion state list|show|history|export|import</c></summary>
internal sealed partial class StateCommand : Command
{
    private readonly Terminal _terminal;
    private readonly Connection _connection;

    public StateCommand(Terminal terminal, Connection connection)
        : base(name: "state", "Show what the instances of agents remember, now and earlier; export and import it")
    {
        _terminal = terminal;
        _connection = connection;
        Add(CreateListCommand());
        Add(CreateShowCommand());
        Add(CreateHistoryCommand());
        Add(CreateExportCommand());
        Add(CreateImportCommand());
    }

    private static Argument<string> AgentArgument() => new("agent") { Description = "The agent" };

    private static Argument<string> KeyArgument() => new("key") { Description = "The key of the instance" };

    private static string Path(string agent, string resource) => $"agents/{ApiClient.Segment(agent)}/{resource}";

    private Command CreateListCommand()
    {
        Argument<string> agent = AgentArgument();
        Option<bool> json = Listing.JsonOption();
        var list = new Command("list", "List the instances that remember something") { agent, json };
        list.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            var table = new TextTable("KEY", TextColumn.Number("VERSION"), "TIME", TextColumn.Number("OFFSET"), TextColumn.Number("BYTES"), TextColumn.Number("CHANGES"));
            await foreach (byte[] line in api.GetLinesAsync(Path(command.GetRequiredValue(agent), "states?data=false"), cancellationToken).ConfigureAwait(false))
            {
                if (command.GetValue(json))
                {
                    _terminal.WriteJson(line);
                    continue;
                }

                StateView state = JsonSerializer.Deserialize(line, ApiJson.Wire.StateView)!;
                table.Add(
                    state.Key, Listing.Number(state.Version), TimeOf(state.Time), Listing.Number(state.Offset), Listing.Number(state.Bytes), Listing.Number(state.Changes));
            }

            if (!command.GetValue(json))
            {
                table.WriteTo(_terminal);
            }
        }));
        return list;
    }

    private Command CreateShowCommand()
    {
        Argument<string> agent = AgentArgument();
        Argument<string> key = KeyArgument();
        Option<bool> json = Listing.JsonOption();
        var at = new Option<string?>("--at")
        {
            Description = "As it was at this offset (as history shows it), time (2026-01-31T12:00:00Z) or so long ago (10m)",
            HelpName = "POINT",
        };
        var show = new Command("show", "Show what an instance remembers, or did") { agent, key, at, json };
        show.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            string query = $"state?key={ApiClient.Segment(command.GetRequiredValue(key))}"
                + (command.GetValue(at) is { } point ? $"&at={ApiClient.Segment(point)}" : "");
            byte[] answer = await api.GetBytesAsync(Path(command.GetRequiredValue(agent), query), cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                _terminal.WriteJson(answer.AsSpan().TrimEnd((byte)'\n'));
            }
            else
            {
                using JsonDocument state = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 128 });
                Write(state.RootElement);
            }
        }));
        return show;
    }

    private Command CreateHistoryCommand()
    {
        Argument<string> agent = AgentArgument();
        Argument<string> key = KeyArgument();
        Option<bool> json = Listing.JsonOption();
        var history = new Command("history", "Show what was done with the state of an instance") { agent, key, json };
        history.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            var table = new TextTable(TextColumn.Number("OFFSET"), "TIME", TextColumn.Number("VERSION"), "WHAT", "BECAUSE OF");
            string path = Path(command.GetRequiredValue(agent), $"state/history?key={ApiClient.Segment(command.GetRequiredValue(key))}");
            await foreach (byte[] line in api.GetLinesAsync(path, cancellationToken).ConfigureAwait(false))
            {
                if (command.GetValue(json))
                {
                    _terminal.WriteJson(line);
                    continue;
                }

                using JsonDocument change = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 128 });
                AddRow(table, change.RootElement);
            }

            if (!command.GetValue(json))
            {
                table.WriteTo(_terminal);
            }
        }));
        return history;
    }

    private static void AddRow(TextTable table, JsonElement change)
    {
        if (change.TryGetProperty("missing", out JsonElement missing))
        {
            table.Add("", "", "", $"({missing.GetInt64()} gone)", "");
        }

        JsonElement cause = change.GetProperty("event");
        table.Add(
            Listing.Number(change.GetProperty("offset").GetInt64()),
            cause.TryGetProperty("time", out JsonElement time) ? TimeOf(time.GetDateTimeOffset()) : "-",
            Listing.Number(change.GetProperty("version").GetInt64()),
            change.TryGetProperty("change", out JsonElement name) ? name.GetString()! : change.GetProperty("kind").GetString()!,
            cause.TryGetProperty("causationid", out JsonElement causation) ? causation.GetString()! : "-");
    }

    private void Write(JsonElement state)
    {
        WriteLine("instance", $"{state.GetProperty("agent").GetString()}/{state.GetProperty("key").GetString()}");
        WriteLine("version", state.GetProperty("version").GetRawText());
        WriteLine("time", TimeOf(state.GetProperty("time").GetDateTimeOffset()));
        WriteLine("offset", state.GetProperty("offset").GetRawText());
        if (DataOf(state) is { } data)
        {
            WriteLine("state", data);
        }

        foreach (JsonElement change in state.TryGetProperty("changes", out JsonElement changes) ? changes.EnumerateArray() : default)
        {
            WriteLine(change.GetProperty("name").GetString()!, DataOf(change)!);
        }
    }

    private static string? DataOf(JsonElement state) =>
        state.TryGetProperty("data", out JsonElement data) ? data.GetRawText()
        : state.TryGetProperty("data_base64", out JsonElement bytes) ? bytes.GetString()
        : null;

    private void WriteLine(string name, string value) => _terminal.WriteLine($"{name,-10} {value}");

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
