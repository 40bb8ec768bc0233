using System.Text.Json;
using Ganglion.AspNetCore.Groups;
using Ganglion.Routes;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>The channels that have a route.</summary>
internal sealed record RouteList(IReadOnlyList<RouteView> Routes);

/// <summary>A route.</summary>
internal sealed record RouteView(string Channel, int Version, string Entry, string Exit, IReadOnlyList<StageView> Stages)
{
    /// <summary>That of its channel, if it is paused.</summary>
    public PauseView? Paused { get; init; }

    /// <summary>The consumer group that lets events pass the stages, if there is one: its members, and how far they are behind.</summary>
    public GroupView? Router { get; init; }

    /// <summary>What waits in its lanes, the most urgent first, if it has any.</summary>
    public IReadOnlyList<LaneView>? Lanes { get; init; }

    public static RouteView Of(Route route) => new(route.Channel, route.Version, route.Entry, route.Exit, [.. route.Stages.Select(StageView.Of)]);
}

/// <summary>A stage of a route.</summary>
internal sealed record StageView(string Name, string Kind)
{
    public JsonElement? Settings { get; init; }

    public static StageView Of(Stage stage) => new(stage.Name, stage.Kind) { Settings = stage.Settings };

    public Stage ToStage() => new(Name, Kind) { Settings = Settings };
}

/// <summary>What waits in a lane, by consumer group.</summary>
internal sealed record LaneView(string Name, string Topic, IReadOnlyDictionary<string, long> Waiting);

/// <summary>The changes of a route, the oldest first.</summary>
internal sealed record RouteChangeList(IReadOnlyList<RouteChangeView> Changes);

/// <summary>A change of a route, and what the route was from then on.</summary>
/// <param name="Version">The version from then on.</param>
/// <param name="At">When.</param>
/// <param name="Change">What was changed, in a phrase.</param>
/// <param name="Route">The route from then on.</param>
internal sealed record RouteChangeView(int Version, DateTimeOffset At, string Change, RouteView Route)
{
    public string? By { get; init; }

    public string? Reason { get; init; }

    /// <summary>By partition of the entry: what lies behind goes this way.</summary>
    public IReadOnlyList<long>? Offsets { get; init; }

    public static RouteChangeView Of(RouteChange change, Route? before) => new(change.Route.Version, change.At, change.Describe(before), RouteView.Of(change.Route))
    {
        By = change.By,
        Reason = change.Reason,
        Offsets = change.Offsets,
    };
}
