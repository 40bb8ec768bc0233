using System.CommandLine;
using System.Globalization;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary>What all commands that change a route have in common: their options, and what they print.</summary>
/// <param name="terminal">Where they print.</param>
internal sealed class RouteChanges(Terminal terminal)
{
    private readonly Option<string?> _reason = new("--reason") { Description = "Why, for the record", HelpName = "TEXT" };
    private readonly Option<string?> _by = new("--by") { Description = "Who decides, for the record [default: you]", HelpName = "NAME" };
    private readonly Option<bool> _isRehearsal = new("--dry-run") { Description = "Change nothing, and show where the newest events of the entry would go" };
    private readonly Option<int?> _version = new("--expect-version") { Description = "Only if the route still is of this version", HelpName = "N", Validators = { NumberRange.Of(0, int.MaxValue) } };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object, as the HTTP API shows it" };

    private readonly Option<int> _last = new("--last")
    {
        Description = "With --dry-run: how many events",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
        Validators = { NumberRange.Of(1, 1000) },
    };

    public Argument<string> Channel { get; } = new("channel") { Description = "The channel, as code names it" };

    public void AddTo(Command command)
    {
        command.Arguments.Insert(0, Channel);
        command.Add(_reason);
        command.Add(_by);
        command.Add(_isRehearsal);
        command.Add(_last);
        command.Add(_version);
        command.Add(_json);
    }

    public int? VersionOf(ParseResult command) => command.GetValue(_version);

    public string ByOf(ParseResult command) => command.GetValue(_by) ?? Environment.UserName;

    public string? ReasonOf(ParseResult command) => command.GetValue(_reason);

    public StageRequest RequestOf(ParseResult command, StageView stage) => new(stage)
    {
        Version = VersionOf(command),
        By = ByOf(command),
        Reason = ReasonOf(command),
    };

    /// <summary>Sends a change, or has it rehearsed, and prints what came of it.</summary>
    /// <param name="api">Where to.</param>
    /// <param name="command">What was asked for.</param>
    /// <param name="path">The resource.</param>
    /// <param name="send">Sends it there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task MakeAsync(
        ApiClient api, ParseResult command, string path, Func<string, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        char begin = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        bool isRehearsal = command.GetValue(_isRehearsal);
        string resource = isRehearsal ? string.Create(CultureInfo.InvariantCulture, $"{path}{begin}dry_run=true&last={command.GetValue(_last)}") : path;
        using HttpResponseMessage response = await send(resource).ConfigureAwait(false);
        if (isRehearsal)
        {
            Print(await api.ReadAsync(response, ApiJson.Wire.RehearsalView, cancellationToken).ConfigureAwait(false), command.GetValue(_json));
        }
        else
        {
            Print(await api.ReadAsync(response, ApiJson.Wire.RouteChangeView, cancellationToken).ConfigureAwait(false), command.GetValue(_json));
        }
    }

    private void Print(RouteChangeView change, bool json)
    {
        if (json)
        {
            Listing.WriteJson(terminal, [change], ApiJson.Wire.RouteChangeView);
            return;
        }

        terminal.WriteLine($"{change.Route.Channel}: {change.Change}. It is version {Listing.Number(change.Version)} now.");
        if (change.Offsets is { } offsets)
        {
            terminal.WriteLine($"It holds for what lies behind these offsets of {change.Route.Entry}: {string.Join(' ', offsets)}.");
        }
    }

    private void Print(RehearsalView rehearsal, bool json)
    {
        if (json)
        {
            Listing.WriteJson(terminal, [rehearsal], ApiJson.Wire.RehearsalView);
            return;
        }

        var events = new TextTable("EVENT", "KEY", "TYPE", "GOES NOW", "WOULD GO");
        foreach (RehearsedEventView one in rehearsal.Events)
        {
            events.Add(
                string.Create(CultureInfo.InvariantCulture, $"{rehearsal.Route.Entry}-{one.Partition}@{one.Offset}"),
                one.Key ?? "-", one.Type ?? "-", TextOf(one.Now), TextOf(one.Then));
        }

        events.WriteTo(terminal);
        var summary = new TextTable("TOPIC", "STAGE", TextColumn.Number("NOW"), TextColumn.Number("THEN"));
        foreach (WayCountView way in rehearsal.Summary)
        {
            summary.Add(way.Topic, way.Stage ?? "-", Listing.Number(way.Now), Listing.Number(way.Then));
        }

        terminal.WriteLine("");
        summary.WriteTo(terminal);
        terminal.WriteLine("");
        terminal.WriteLine($"{rehearsal.Route.Channel}: would have {rehearsal.Change}. Nothing has changed.");
    }

    private static string TextOf(IReadOnlyList<WayView> ways) => ways.Count == 0 ? "nowhere" : string.Join(", ", ways.Select(TextOf));

    private static string TextOf(WayView way) => way switch
    {
        { Fault: { } fault } => $"{way.Topic} ({(way.Stage is null ? "" : way.Stage + ": ")}{fault})",
        { Stage: { } stage } => $"{way.Topic} ({stage})",
        { IsChanged: true } => $"{way.Topic} (changed)",
        _ => way.Topic,
    };
}
