using System.Runtime.CompilerServices;
using Ganglion.Brokers;
using Ganglion.Guards;
using Ganglion.Registry;
using Ganglion.Routes;
using Ganglion.Routing;
using Ganglion.Routing.Stages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Oversight;

/// <summary>
/// What operators see of routes: what a change would do before it is made, what another guard would have decided or
/// has decided beside the one that counts, and who is connected with whom. In a host it is a service.
/// </summary>
public sealed class RouteOversight : IAsyncDisposable
{
    private readonly IEventBroker _broker;
    private readonly AgentRegistry _hosts;
    private readonly SubscriptionRegistry _subscriptions;
    private readonly Pauses _pauses;
    private readonly RouteRehearsal _rehearsal;
    private readonly StageKinds _kinds;
    private readonly IAsyncDisposable[] _own = [];

    /// <summary>Looks at a broker from outside of any host. Nothing is read or written yet.</summary>
    /// <param name="broker">The broker; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    public RouteOversight(IEventBroker broker, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(time);
        var kinds = new StageKinds();
        _kinds = kinds;
        _broker = broker;
        _hosts = new AgentRegistry(broker, "/ganglion", time, NullLogger.Instance);
        _pauses = new Pauses(broker, time);
        Routes = new RouteTable(broker, "/ganglion", time, NullLogger.Instance, new StageRules(kinds, _hosts));
        _subscriptions = new SubscriptionRegistry(broker, Routes, "/ganglion", time, NullLogger.Instance);
        _rehearsal = new RouteRehearsal(broker, kinds);
        _own = [_subscriptions, Routes, _pauses, _hosts];
    }

    internal RouteOversight(IEventBroker broker, RouteTable routes, StageKinds kinds, AgentRegistry hosts, SubscriptionRegistry subscriptions, Pauses pauses)
    {
        _broker = broker;
        _hosts = hosts;
        _subscriptions = subscriptions;
        _pauses = pauses;
        _kinds = kinds;
        Routes = routes;
        _rehearsal = new RouteRehearsal(broker, kinds);
    }

    /// <summary>The routes.</summary>
    public RouteTable Routes { get; }

    /// <summary>How much waits in the lanes of a channel, the most urgent first; none, if it has no lanes.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<LaneStatus>> ListLanesAsync(string channel, CancellationToken cancellationToken = default)
    {
        Route route = await Routes.FindAsync(channel, cancellationToken).ConfigureAwait(false);
        if (((IRouteTable)Routes).LanesOf(channel) is not { } lanes)
        {
            return [];
        }

        IReadOnlyList<ConsumerGroupDescription> groups = await new LaneReaders(_broker, Routes, _hosts, _subscriptions).FindAsync(cancellationToken).ConfigureAwait(false);
        return [.. lanes.All.Select(lane => new LaneStatus(lane.Name, Lanes.TopicOf(route, lane), LaneLoad.LagsOf(Lanes.TopicOf(route, lane), groups)))];
    }

    /// <summary>
    /// Finds out where the newest events of a route's entry would go if the route were changed, beside where they go now. Nothing is written. A change
    /// that would be refused is refused.
    /// </summary>
    /// <param name="route">The route as it is to be, as <see cref="RouteTable.ChangeAsync"/> takes it.</param>
    /// <param name="last">How many events: 1 to 10,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events, the oldest of them first. Fewer where there are no more, or where they are larger than 64 MiB together.</returns>
    /// <exception cref="RouteException">As <see cref="RouteTable.ChangeAsync"/> throws it, or this host lacks the code of a stage (<c>route-invalid</c>).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="last"/> is out of its range.</exception>
    public async Task<IAsyncEnumerable<RehearsedEvent>> RehearseAsync(Route route, int last = 100, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, 10_000);
        await Routes.CheckAsync(route, cancellationToken).ConfigureAwait(false);
        return _rehearsal.RunAsync(await Routes.FindAsync(route.Channel, cancellationToken).ConfigureAwait(false), route, last, cancellationToken);
    }

    /// <summary>The guard that judges a channel's events now, by its route.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="name">What the guard is called; one that is made of settings is called as its stage.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The guard of the first such stage; <see langword="null"/>: the route has none, and nobody of that name judges.</returns>
    /// <exception cref="RouteException">This host cannot make a stage of the route (<c>route-invalid</c>).</exception>
    public async ValueTask<GuardRunner?> FindGuardAsync(string channel, string name, CancellationToken cancellationToken = default)
    {
        Route route = await Routes.FindAsync(channel, cancellationToken).ConfigureAwait(false);
        return _kinds.Create(route).OfType<GuardStage>().Select(stage => stage.Guard).FirstOrDefault(guard => guard.Description.Name == name);
    }

    /// <summary>
    /// Finds out how a guard judges past events, beside how another does: one partition after the other, each up to what is its end when this begins.
    /// Nothing is written, and no group moves. Events are judged as they lie in the topic, one at a time, as fast as they are taken.
    /// </summary>
    /// <param name="replay">The guards, and which events.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All of the events; <see cref="ReplayedEvent.IsDifferent"/> tells those of which the guards say something else.</returns>
    /// <exception cref="TopicException">There is no such topic (<c>topic-not-found</c>).</exception>
    public async IAsyncEnumerable<ReplayedEvent> ReplayAsync(GuardReplay replay, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(replay);
        string topic = replay.Topic ?? (await Routes.FindAsync(replay.Channel, cancellationToken).ConfigureAwait(false)).Entry;
        await foreach (ReplayedEvent one in new GuardReplayer(_broker).RunAsync(replay, topic, cancellationToken).ConfigureAwait(false))
        {
            yield return one;
        }
    }

    /// <summary>
    /// Lists where a guard and its shadow have judged differently, as routers have told it: one partition of <c>ganglion.guards</c> after the other, each up to
    /// what is its end when this begins.
    /// </summary>
    /// <param name="guard">What the guard is called, or the shadow; one that is made of settings is called as its stage, and a shadow <c>STAGE.shadow</c>.</param>
    /// <param name="since">From when on, or from which offset of each partition.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<ShadowDifference> ListDifferencesAsync(string guard, OffsetPosition since, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(guard);
        return new ShadowDifferences(_broker).ReadAsync(guard, since, cancellationToken);
    }

    /// <summary>Draws who is connected with whom: the topics of routes and of agents, the routers between them, and where dead letters lie.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Topology> DrawAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<Route> routes = await Routes.ListAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<AgentMetadata> agents = await _hosts.ListAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Pause> pauses = await _pauses.ListAsync(cancellationToken).ConfigureAwait(false);
        await _subscriptions.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<TopicDescription> topics = await _broker.Topics.ListAsync(cancellationToken).ConfigureAwait(false);
        var draft = new TopologyDraft(Routes, agents, _subscriptions.List(), pauses, topics);
        return draft.Draw(routes);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable own in _own)
        {
            await own.DisposeAsync().ConfigureAwait(false);
        }
    }
}
