using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Control;
using Ganglion.Events;
using Ganglion.Faults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Routes;

/// <summary>
/// The routes of all channels: shows them, and changes them while everything runs. A change takes effect at one recorded offset in each
/// partition of the channel's entry, for all processes.
/// </summary>
/// <remarks>The compacted topic <c>ganglion.routes</c> keeps every change for good. In a host it is a service.</remarks>
public sealed partial class RouteTable : IRouteTable, IAsyncDisposable
{
    /// <summary>The topic.</summary>
    internal const string Topic = "ganglion.routes";

    private readonly IEventBroker _broker;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IStageRules? _stages;
    private readonly RouteRules _rules;
    private readonly ControlTopic _topic;
    private readonly RouteWriter _writer;

    // Replaced whole, by one thread.
    private volatile FrozenDictionary<string, RouteHistory> _routes = FrozenDictionary<string, RouteHistory>.Empty;

    /// <summary>Opens the routes of a broker. Nothing is read or written yet.</summary>
    /// <param name="broker">The broker; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    public RouteTable(IEventBroker broker, TimeProvider time)
        : this(broker, "/ganglion", time, NullLogger.Instance)
    {
    }

    internal RouteTable(IEventBroker broker, string source, TimeProvider time, ILogger logger, IStageRules? stages = null)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(time);
        _broker = broker;
        _time = time;
        _logger = logger;
        _stages = stages;
        _rules = new RouteRules(stages);
        _topic = new ControlTopic(broker, Topic, Apply, time, logger);
        _writer = new RouteWriter(broker, _topic, source, time);
    }

    /// <inheritdoc/>
    event Action? IRouteTable.Changed
    {
        add => Changed += value;
        remove => Changed -= value;
    }

    internal event Action? Changed;

    /// <summary>The channels that have a route, by name.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<Route>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return [.. _routes.Values.Select(history => history.Newest!.Route).OrderBy(route => route.Channel, StringComparer.Ordinal)];
    }

    /// <summary>The route of a channel; one that it has never had is <see cref="Route.Direct"/>.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Route> FindAsync(string channel, CancellationToken cancellationToken = default)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return HistoryOf(channel).Newest?.Route ?? Route.Direct(channel);
    }

    /// <summary>The route of a channel, if nobody has changed it since somebody looked at it.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="version">The version that was looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RouteException">Somebody has changed it (<c>route-changed</c>); the message says who, and how.</exception>
    public async ValueTask<Route> FindAsync(string channel, int version, CancellationToken cancellationToken = default)
    {
        Route route = await FindAsync(channel, cancellationToken).ConfigureAwait(false);
        ThrowIfChanged(channel, version);
        return route;
    }

    /// <summary>How a channel's route came to be what it is: every change, the oldest first.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<RouteChange>> ListChangesAsync(string channel, CancellationToken cancellationToken = default)
    {
        await LocateAsync(channel, cancellationToken).ConfigureAwait(false);
        return HistoryOf(channel).Changes;
    }

    /// <summary>Changes a route, in all processes. The topics that it needs are created.</summary>
    /// <param name="route">
    /// The route as it is to be: what <see cref="FindAsync(string, CancellationToken)"/> has returned, changed by <see cref="Route.Insert"/>, <see cref="Route.Remove"/>,
    /// <see cref="Route.Replace"/> or otherwise, but of the same <see cref="Route.Version"/>.
    /// </param>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be changed nevertheless.</param>
    /// <returns>The change, with the offsets at which it takes effect.</returns>
    /// <exception cref="RouteException">
    /// Somebody else has changed the route since (<c>route-changed</c>), or it makes no sense (<c>route-invalid</c>). Nothing has changed.
    /// </exception>
    /// <exception cref="TopicException">A topic of it cannot be created.</exception>
    /// <exception cref="StorageException">The broker cannot write.</exception>
    public async ValueTask<RouteChange> ChangeAsync(
        Route route, string? by = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(route);
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await CheckAsync(route, cancellationToken).ConfigureAwait(false);
        TopicDescription entry = await _broker.Topics.EnsureAsync(route.Entry, new TopicSettings(), cancellationToken).ConfigureAwait(false);
        TopicDescription exit = await _broker.Topics.EnsureAsync(
            route.Exit, new TopicSettings { Partitions = entry.Partitions.Count }, cancellationToken).ConfigureAwait(false);
        CheckTopics(entry, exit);
        foreach ((_, StageTarget target) in TargetsOf(route))
        {
            // A router commits to topics that exist: one that it may need is not to be missing when it does.
            await _broker.Topics.EnsureAsync(target.Topic, new TopicSettings { Partitions = entry.Partitions.Count }, cancellationToken).ConfigureAwait(false);
        }

        DateTimeOffset now = _time.GetUtcNow();
        var change = new RouteChange(route with { Version = route.Version + 1 }, Guid.CreateVersion7(now).ToString(), now)
        {
            By = by,
            Reason = reason,
            Ends = [.. entry.Partitions.OrderBy(one => one.Partition).Select(one => one.LatestOffset)],
        };
        IReadOnlyList<long> offsets = await _writer.CommitAsync(change, cancellationToken).ConfigureAwait(false);
        FaultHook.Reach(FaultPoints.RouteCommitted);
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (HistoryOf(route.Channel).Find(change.Id) is null)
        {
            ThrowIfChanged(route.Channel, route.Version);
        }

        await _writer.WriteOffsetsAsync(change, offsets, cancellationToken).ConfigureAwait(false);
        return HistoryOf(route.Channel).Find(change.Id)!;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _topic.DisposeAsync();

    /// <summary>Finds out for what a change would be refused. Nothing is created, and nothing written.</summary>
    /// <exception cref="RouteException">As <see cref="ChangeAsync"/> throws it.</exception>
    internal async ValueTask CheckAsync(Route route, CancellationToken cancellationToken)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfChanged(route.Channel, route.Version);
        Route before = HistoryOf(route.Channel).Newest?.Route ?? Route.Direct(route.Channel);
        await _rules.CheckAsync(route, before, _routes.Values.Select(history => history.Newest!.Route), cancellationToken).ConfigureAwait(false);
        if (route.Entry != route.Channel && before.Version == 0
            && await _broker.Topics.FindAsync(route.Channel, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new RouteException(
                RouteException.Invalid,
                $"'{route.Channel}' is a topic that is published to already: its route can only begin there, not in '{route.Entry}'.");
        }

        TopicDescription? entry = await _broker.Topics.FindAsync(route.Entry, cancellationToken).ConfigureAwait(false);
        foreach (string read in ((IEnumerable<Lane>)(Lanes.Of(route)?.All ?? [])).Select(lane => Lanes.TopicOf(route, lane)).Prepend(route.Exit))
        {
            CheckTopics(entry, await _broker.Topics.FindAsync(read, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Where the stages of a route may send events, beside its exit.</summary>
    internal IReadOnlyList<(Stage Stage, StageTarget Target)> TargetsOf(Route route) => _stages?.TargetsOf(route) ?? [];

    /// <summary>What is known of a channel's route.</summary>
    internal RouteHistory HistoryOf(string channel) => _routes.GetValueOrDefault(channel) ?? RouteHistory.Empty;

    /// <summary>The channels that have a route.</summary>
    internal IReadOnlyCollection<string> Channels => _routes.Keys;

    /// <summary>The topics of all lanes of all channels.</summary>
    internal IReadOnlyCollection<string> LaneTopics => [.. _routes.Values.SelectMany(history => history.Lanes()).Select(one => Lanes.TopicOf(one.Route, one.Lane))];

    /// <summary>The channels that have lanes, or have had some.</summary>
    internal IReadOnlyCollection<string> LaneChannels => [.. _routes.Where(route => route.Value.Lanes().Any()).Select(route => route.Key)];

    /// <summary>Completes when every change of every route is known, and where it took effect.</summary>
    internal async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        foreach (string channel in Channels)
        {
            await LocateAsync(channel, cancellationToken).ConfigureAwait(false);
        }
    }

    // Who is told that another was faster is told what the other has done.
    private void ThrowIfChanged(string channel, int seen)
    {
        IReadOnlyList<RouteChange> changes = HistoryOf(channel).Changes;
        int now = changes.Count == 0 ? 0 : changes[^1].Route.Version;
        if (now == seen)
        {
            return;
        }

        string since = string.Join("; ", changes.Select((change, i) => (change, Before: i == 0 ? null : changes[i - 1].Route))
            .Where(one => one.change.Route.Version > seen)
            .Select(one => string.Create(
                CultureInfo.InvariantCulture,
                $"{one.change.By ?? "somebody"} {one.change.Describe(one.Before)} at {one.change.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} (version {one.change.Route.Version})")));
        throw new RouteException(
            RouteException.Changed,
            (seen == 0 ? $"'{channel}' has a route already: " : $"The route of '{channel}' is not the one that was looked at, version {seen}: ")
            + (since.Length == 0 ? $"it is version {now}." : seen == 0 ? $"{since}." : $"since then {since}.")
            + " Look at it again, and make the change to that.");
    }

    // What is read has as many partitions as the entry, so that events of one key stay in order.
    private static void CheckTopics(TopicDescription? entry, TopicDescription? exit)
    {
        if (entry is not null && entry.Settings.Cleanup!.Value.HasFlag(CleanupPolicy.Compact))
        {
            throw new RouteException(
                RouteException.Invalid,
                $"'{entry.Name}' is a compacted topic: of it later readers would miss where the route has changed. Route a topic that is not compacted.");
        }

        if (entry is not null && exit is not null && exit.Partitions.Count != entry.Partitions.Count)
        {
            throw new RouteException(
                RouteException.Invalid,
                $"'{exit.Name}' has {exit.Partitions.Count} partitions, and '{entry.Name}' {entry.Partitions.Count}: events of one key would lose their order. Name one that has as many, or that does not exist yet.");
        }
    }

    // Who made a change writes where it took effect. If he could not any more, the markers tell.
    private async ValueTask LocateAsync(string channel, CancellationToken cancellationToken)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        foreach (RouteChange change in HistoryOf(channel).Changes.Where(change => change.Offsets is null))
        {
            await _writer.WriteOffsetsAsync(change, await _writer.FindMarkersAsync(change, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    private void Apply(string key, CloudEvent? @event)
    {
        // A change is never taken back, and anybody can write to the topic: what names no channel changes nothing.
        if (@event is not { Subject: { } channel, Data: { } data })
        {
            return;
        }

        RouteHistory history = HistoryOf(channel);
        RouteHistory changed = @event.Type switch
        {
            RouteMarker.Type => Add(history, key, @event, data),
            RouteWriter.Effective when @event.CausationId is { } id =>
                history.WithOffsets(id, JsonSerializer.Deserialize(data.Span, RouteJson.Default.RouteOffsets)!.Offsets),
            _ => history,
        };
        if (changed.Newest is null || ReferenceEquals(changed, history))
        {
            return;
        }

        var routes = _routes.ToDictionary();
        routes[channel] = changed;
        _routes = routes.ToFrozenDictionary();
        Changed?.Invoke();
    }

    private RouteHistory Add(RouteHistory history, string key, CloudEvent @event, ReadOnlyMemory<byte> data)
    {
        RouteEntry entry = JsonSerializer.Deserialize(data.Span, RouteJson.Default.RouteEntry)!;
        var route = new Route { Channel = entry.Channel, Entry = entry.Entry, Exit = entry.Exit, Version = entry.Version, Stages = entry.Stages };
        if (key != RouteWriter.KeyOf(route, @event.Id) || entry.Channel != @event.Subject || route.Faults().Any())
        {
            return history;
        }

        RouteHistory changed = history.With(new RouteChange(route, @event.Id, @event.Time ?? _time.GetUtcNow())
        {
            By = entry.By,
            Reason = entry.Reason,
            Ends = entry.Ends,
            Lanes = Lanes.Of(route),
        });
        if (!ReferenceEquals(changed, history))
        {
            LogChanged(route.Channel, route.Version, string.Join(", ", route.Stages.Select(stage => stage.Name)), entry.By ?? "somebody", entry.Reason ?? "no reason given");
        }

        return changed;
    }

    [LoggerMessage(192, LogLevel.Warning, "The route of {Channel} has changed: version {Version} has the stages [{Stages}], by {By}: {Reason}.")]
    private partial void LogChanged(string channel, int version, string stages, string by, string reason);
}
