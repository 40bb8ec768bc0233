using Ganglion.AspNetCore.Groups;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.Oversight;
using Ganglion.Routes;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>Shows routes, changes them, rehearses changes, and draws who is connected with whom.</summary>
internal static class RouteEndpoints
{
    private const int MostRehearsed = 1000;

    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/routes").Get(ListAsync);
        routes.Resource("/routes/diagram").Get(DrawAsync);
        routes.Resource("/routes/{channel}").Get(ShowAsync).Put(ReplaceRouteAsync);
        routes.Resource("/routes/{channel}/changes").Get(ListChangesAsync);
        routes.Resource("/routes/{channel}/stages").Post(InsertAsync);
        routes.Resource("/routes/{channel}/stages/{stage}").Put(ReplaceAsync).Delete(RemoveAsync);
    }

    private static async Task ListAsync(ApiRequest request)
    {
        IReadOnlyList<Route> routes = await request.Api.Oversight.Routes.ListAsync(request.Aborted).ConfigureAwait(false);
        Dictionary<string, Pause> paused = await PausedChannelsAsync(request).ConfigureAwait(false);
        await request.WriteJsonAsync(new RouteList([.. routes.Select(route => ViewOf(route, paused))]), ApiJson.Wire.RouteList).ConfigureAwait(false);
    }

    private static async Task ShowAsync(ApiRequest request)
    {
        Route route = await request.Api.Oversight.Routes.FindAsync(request.Channel, request.Aborted).ConfigureAwait(false);
        Dictionary<string, Pause> paused = await PausedChannelsAsync(request).ConfigureAwait(false);
        ConsumerGroupDescription? router = await request.Broker.Groups.FindAsync("router." + request.Channel, request.Aborted).ConfigureAwait(false);
        IReadOnlyList<LaneStatus> lanes = await request.Api.Oversight.ListLanesAsync(request.Channel, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(
            ViewOf(route, paused) with
            {
                Router = router is null ? null : GroupView.Of(router),
                Lanes = lanes.Count == 0 ? null : [.. lanes.Select(lane => new LaneView(lane.Name, lane.Topic, lane.Waiting))],
            },
            ApiJson.Wire.RouteView).ConfigureAwait(false);
    }

    private static async Task ListChangesAsync(ApiRequest request)
    {
        IReadOnlyList<RouteChange> changes = await request.Api.Oversight.Routes.ListChangesAsync(request.Channel, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(
            new RouteChangeList([.. changes.Select((change, i) => RouteChangeView.Of(change, i == 0 ? null : changes[i - 1].Route))]),
            ApiJson.Wire.RouteChangeList).ConfigureAwait(false);
    }

    private static async Task ReplaceRouteAsync(ApiRequest request)
    {
        RouteRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.RouteRequest).ConfigureAwait(false);
        Stage[] stages =
        [
            .. wanted.Stages.Select(stage => stage?.ToStage() ?? throw new ApiException("request-malformed", "'stages' holds null where a stage is expected.")),
        ];
        await ChangeAsync(
            request, wanted.Version, route => route with { Entry = wanted.Entry, Exit = wanted.Exit, Stages = stages }, wanted.By, wanted.Reason).ConfigureAwait(false);
    }

    private static async Task InsertAsync(ApiRequest request)
    {
        StageRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.StageRequest).ConfigureAwait(false);
        if (wanted is { Before: not null, After: not null })
        {
            throw new ApiException("request-malformed", "'before' and 'after' exclude one another: name one of them, or neither to put the stage behind the last.");
        }

        await ChangeAsync(
            request, wanted.Version, route => route.Insert(wanted.Stage.ToStage(), wanted.Before, wanted.After), wanted.By, wanted.Reason).ConfigureAwait(false);
    }

    private static async Task ReplaceAsync(ApiRequest request)
    {
        StageRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.StageRequest).ConfigureAwait(false);
        if (wanted is not { Before: null, After: null })
        {
            throw new ApiException("request-malformed", "A stage takes the place of another: there is no 'before' and no 'after'.");
        }

        string name = request.Route("stage");
        await ChangeAsync(request, wanted.Version, route => route.Replace(name, wanted.Stage.ToStage()), wanted.By, wanted.Reason).ConfigureAwait(false);
    }

    private static Task RemoveAsync(ApiRequest request)
    {
        string name = request.Route("stage");
        int? version = request.Query("version") is null ? null : request.QueryNumber("version", 0, 0, int.MaxValue);
        return ChangeAsync(request, version, route => route.Remove(name), request.Query("by"), request.Query("reason"));
    }

    private static async Task ChangeAsync(ApiRequest request, int? version, Func<Route, Route> change, string? by, string? reason)
    {
        RouteOversight oversight = request.Api.Oversight;
        bool isRehearsal = request.QueryFlag("dry_run");
        int last = request.QueryNumber("last", 100, 1, MostRehearsed);
        Route before = version is { } seen
            ? await oversight.Routes.FindAsync(request.Channel, seen, request.Aborted).ConfigureAwait(false)
            : await oversight.Routes.FindAsync(request.Channel, request.Aborted).ConfigureAwait(false);
        Route after = change(before);
        if (isRehearsal)
        {
            await RehearseAsync(request, before, after, last).ConfigureAwait(false);
            return;
        }

        RouteChange made = await oversight.Routes.ChangeAsync(after, request.PersonOr(by), reason, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(RouteChangeView.Of(made, before), ApiJson.Wire.RouteChangeView).ConfigureAwait(false);
    }

    private static async Task RehearseAsync(ApiRequest request, Route before, Route after, int last)
    {
        var events = new List<RehearsedEventView>();
        IAsyncEnumerable<RehearsedEvent> rehearsed = await request.Api.Oversight.RehearseAsync(after, last, request.Aborted).ConfigureAwait(false);
        await foreach (RehearsedEvent one in rehearsed.ConfigureAwait(false))
        {
            events.Add(RehearsedEventView.Of(one));
        }

        var change = new RouteChange(after with { Version = after.Version + 1 }, Id: "", request.Api.Time.GetUtcNow());
        await request.WriteJsonAsync(RehearsalView.Of(change, before, events), ApiJson.Wire.RehearsalView).ConfigureAwait(false);
    }

    private static async Task DrawAsync(ApiRequest request)
    {
        string format = request.Query("format") ?? "json";
        if (format is not ("json" or "mermaid"))
        {
            throw new ApiException("parameter-invalid", $"'format' must be 'json' or 'mermaid', not '{format}'.");
        }

        Topology topology = await request.Api.Oversight.DrawAsync(request.Aborted).ConfigureAwait(false);
        if (format == "json")
        {
            await request.WriteJsonAsync(TopologyView.Of(topology), ApiJson.Wire.TopologyView).ConfigureAwait(false);
            return;
        }

        request.Http.Response.ContentType = "text/plain; charset=utf-8";
        await request.Http.Response.WriteAsync(topology.ToMermaid(), request.Aborted).ConfigureAwait(false);
    }

    private static async ValueTask<Dictionary<string, Pause>> PausedChannelsAsync(ApiRequest request)
    {
        IReadOnlyList<Pause> pauses = await request.Api.Pauses.ListAsync(request.Aborted).ConfigureAwait(false);
        return pauses.Where(pause => pause.Target.Channel is not null).ToDictionary(pause => pause.Target.Channel!, StringComparer.Ordinal);
    }

    private static RouteView ViewOf(Route route, Dictionary<string, Pause> paused) =>
        RouteView.Of(route) with { Paused = paused.TryGetValue(route.Channel, out Pause? pause) ? PauseView.Of(pause) : null };
}
