using System.CommandLine;
using System.Text;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion routes …</c></summary>
internal sealed partial class RoutesCommand : Command
{
    private readonly Terminal _terminal;
    private readonly Connection _connection;

    public RoutesCommand(Terminal terminal, Connection connection)
        : base("routes", "Show and change what becomes of a channel's events between who publishes and who reads them")
    {
        _terminal = terminal;
        _connection = connection;
        Add(CreateListCommand());
        Add(CreateShowCommand());
        Add(CreateHistoryCommand());
        Add(CreateDiagramCommand());
        Add(CreateCreateCommand());
        Add(CreateInsertCommand());
        Add(CreateReplaceCommand());
        Add(CreateRemoveCommand());
        Add(CreateGuardCommand());
        Add(CreateStopCommand());
        Add(CreateDivertCommand());
        Add(CreateMirrorCommand());
        Add(CreateSplitCommand());
        Add(PauseCommands.CreatePauseOfChannel(terminal, connection));
        Add(PauseCommands.CreateResumeOfChannel(terminal, connection));
    }

    private static Argument<string> ChannelArgument() => new("channel") { Description = "The channel, as code names it" };

    private static string PathOf(string channel) => $"routes/{ApiClient.Segment(channel)}";

    private static string NamesOf(RouteView route) => route.Stages.Count == 0 ? "-" : string.Join(", ", route.Stages.Select(stage => stage.Name));

    private Command CreateListCommand()
    {
        Option<bool> json = Listing.JsonOption();
        var list = new Command("list", "List the channels that have a route") { json };
        list.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            RouteList routes = await api.GetAsync("routes", ApiJson.Wire.RouteList, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(_terminal, routes.Routes, ApiJson.Wire.RouteView);
                return;
            }

            var table = new TextTable("CHANNEL", TextColumn.Number("VERSION"), "ENTRY", "STAGES", "EXIT", "PAUSED");
            foreach (RouteView route in routes.Routes)
            {
                table.Add(route.Channel, Listing.Number(route.Version), route.Entry, NamesOf(route), route.Exit, route.Paused is null ? "-" : "paused");
            }

            table.WriteTo(_terminal);
        }));
        return list;
    }

    private Command CreateShowCommand()
    {
        Argument<string> channel = ChannelArgument();
        Option<bool> json = Listing.JsonOption();
        var show = new Command("show", "Show a route: its stages, who runs it, and how far they are behind") { channel, json };
        show.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            RouteView route = await api.GetAsync(PathOf(command.GetRequiredValue(channel)), ApiJson.Wire.RouteView, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(_terminal, [route], ApiJson.Wire.RouteView);
                return;
            }

            Write(route);
        }));
        return show;
    }

    private void Write(RouteView route)
    {
        if (route.Version == 0)
        {
            _terminal.WriteLine($"{route.Channel} has no route: what is published there is what is read.");
            return;
        }

        _terminal.WriteLine($"{route.Channel}: version {Listing.Number(route.Version)}, {route.Entry} → {route.Exit}");
        if (route.Paused is { } pause)
        {
            _terminal.WriteLine($"Paused by {pause.By ?? "somebody"}: {pause.Reason ?? "no reason given"}. 'ganglion routes resume {route.Channel}' ends it.");
        }

        _terminal.WriteLine(
            route.Router is { } router ? $"Run by the group {router.Id}: {router.State}, {Listing.Number(router.Members.Count)} {(router.Members.Count == 1 ? "member" : "members")}, lag {Listing.Number(router.Lag)}."
            : route.Entry == route.Exit ? "Nobody stands between."
            : "Nobody runs it: start a host, or events wait in the entry.");
        var table = new TextTable("STAGE", "KIND", "SETTINGS");
        foreach (StageView stage in route.Stages)
        {
            table.Add(stage.Name, stage.Kind, stage.Settings?.GetRawText() ?? "-");
        }

        table.WriteTo(_terminal);
        if (route.Lanes is { } lanes)
        {
            WriteLanes(lanes);
        }
    }

    private void WriteLanes(IReadOnlyList<LaneView> lanes)
    {
        var table = new TextTable("LANE", "TOPIC", "GROUP", "WAITING");
        foreach (LaneView lane in lanes)
        {
            foreach ((string group, long waiting) in lane.Waiting.OrderBy(one => one.Key, StringComparer.Ordinal))
            {
                table.Add(lane.Name, lane.Topic, group, Listing.Number(waiting));
            }

            if (lane.Waiting.Count == 0)
            {
                table.Add(lane.Name, lane.Topic, "-", "-");
            }
        }

        table.WriteTo(_terminal);
    }

    private Command CreateHistoryCommand()
    {
        Argument<string> channel = ChannelArgument();
        Option<bool> json = Listing.JsonOption();
        var history = new Command("history", "List the changes of a route: what, when, by whom and why") { channel, json };
        history.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            RouteChangeList changes = await api.GetAsync(
                PathOf(command.GetRequiredValue(channel)) + "/changes", ApiJson.Wire.RouteChangeList, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(_terminal, changes.Changes, ApiJson.Wire.RouteChangeView);
                return;
            }

            var table = new TextTable(TextColumn.Number("VERSION"), "AT", "BY", "CHANGE", "REASON", "BEHIND OFFSETS");
            foreach (RouteChangeView change in changes.Changes)
            {
                table.Add(
                    Listing.Number(change.Version), Listing.Time(change.At), change.By ?? "-", change.Change, change.Reason ?? "-",
                    change.Offsets is { } offsets ? string.Join(' ', offsets) : "-");
            }

            table.WriteTo(_terminal);
        }));
        return history;
    }

    private Command CreateDiagramCommand()
    {
        Option<bool> json = new("--json") { Description = "One JSON object, as the HTTP API shows it" };
        Option<bool> mermaid = new("--mermaid") { Description = "A flow chart in the language of Mermaid, which is the default" };
        var diagram = new Command("diagram", "Draw who is connected with whom: topics, routers, agents, dead letters") { mermaid, json };
        diagram.Validators.Add(command =>
        {
            if (command.GetValue(json) && command.GetValue(mermaid))
            {
                command.AddError("--json and --mermaid exclude one another.");
            }
        });
        diagram.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            if (command.GetValue(json))
            {
                TopologyView topology = await api.GetAsync("routes/diagram", ApiJson.Wire.TopologyView, cancellationToken).ConfigureAwait(false);
                Listing.WriteJson(_terminal, [topology], ApiJson.Wire.TopologyView);
                return;
            }

            byte[] chart = await api.GetBytesAsync("routes/diagram?format=mermaid", cancellationToken).ConfigureAwait(false);
            foreach (string line in Encoding.UTF8.GetString(chart).TrimEnd('\n').Split('\n'))
            {
                _terminal.WriteLine(line);
            }
        }));
        return diagram;
    }
}
