using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Routes;
using Ganglion.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Hosting;

/// <summary>Runs a router for each channel that has a route, from when it gets one until the host stops. Hosts share the work.</summary>
/// <param name="agents">Runs the routers.</param>
/// <param name="services">The services of the host; whether it has a broker shows when the agents have started.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class RouterHost(AgentHost agents, IServiceProvider services, ILogger<RouterHost> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly AsyncSignal _changed = new();
    private readonly HashSet<string> _routed = new(StringComparer.Ordinal);
    private readonly StageKinds _kinds = services.GetRequiredService<StageKinds>();
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly ILogger _logger = logger;
    private RouteTable? _table;
    private Task _following = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RouteTable table = _table = services.GetRequiredService<RouteTable>();
        table.Changed += _changed.Set;
        await table.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await StartRoutersAsync(table, cancellationToken).ConfigureAwait(false);
        _following = Task.Run(() => FollowAsync(table), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_table is { } table)
        {
            table.Changed -= _changed.Set;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Nobody stops a host that has not started.
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task FollowAsync(RouteTable table)
    {
        while (!_stopping.IsCancellationRequested)
        {
            if (!await StartRoutersAsync(table, _stopping.Token).ConfigureAwait(false))
            {
                await Task.Delay(PauseAfterFault, _time, _stopping.Token).ConfigureAwait(false);
                continue;
            }

            await _changed.WaitAsync(_stopping.Token).ConfigureAwait(false);
        }
    }

    /// <returns>Whether all run that can.</returns>
    private async Task<bool> StartRoutersAsync(RouteTable table, CancellationToken cancellationToken)
    {
        bool isComplete = true;
        foreach (string channel in table.Channels)
        {
            isComplete &= await TryStartAsync(table, channel, cancellationToken).ConfigureAwait(false);
        }

        return isComplete;
    }

    private async Task<bool> TryStartAsync(RouteTable table, string channel, CancellationToken cancellationToken)
    {
        try
        {
            await table.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            Route route = table.HistoryOf(channel).Newest!.Route;
            if (_kinds.Check(route) is { Count: > 0 } faults)
            {
                LogUnable(channel, string.Join(' ', faults));
                return true;
            }

            await HostApprovalsAsync(route, cancellationToken).ConfigureAwait(false);
            if (_routed.Contains(channel))
            {
                return true;
            }

            TopicDescription entry = await services.GetRequiredService<IEventBroker>().Topics
                .EnsureAsync(route.Entry, new TopicSettings(), cancellationToken).ConfigureAwait(false);
            await agents.RegisterAsync(RegistrationOf(route, table, entry.Partitions.Count), cancellationToken).ConfigureAwait(false);
            _routed.Add(channel);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStarted(exception, channel, PauseAfterFault);
            return false;
        }
    }

    // What a stage lets wait for a person needs somebody who keeps it.
    private async ValueTask HostApprovalsAsync(Route route, CancellationToken cancellationToken)
    {
        if (route.Stages.Any(StageKinds.MayHold) && agents.Agents.All(agent => agent.Type.Name != ApprovalAgent.Name))
        {
            await services.GetRequiredService<IEventBroker>().Topics
                .EnsureAsync(ApprovalQueues.Topic, ApprovalQueues.Settings, cancellationToken).ConfigureAwait(false);
            await agents.RegisterAsync(AgentRegistration.Of<ApprovalAgent>(order: 0), cancellationToken).ConfigureAwait(false);
        }
    }

    private AgentRegistration RegistrationOf(Route route, RouteTable table, int partitions)
    {
        var pass = new StagePass(_kinds, _time);
        string name = Router.NameOf(route.Channel);
        Handler[] routers = [new Router(route.Channel, table, pass), new ApprovedRouter(route, table, pass)];
        return new AgentRegistration(
            name,
            Order: 0,
            options => options.Partitions = partitions,
            (options, _, faults) => AgentDefinition.FromRouter(name, routers, new RouterTopics(route.Channel, table), options, faults));
    }

    [LoggerMessage(193, LogLevel.Warning, "This host does not route {Channel}, and leaves it to others: {Faults}")]
    private partial void LogUnable(string channel, string faults);

    [LoggerMessage(194, LogLevel.Error, "{Channel} cannot be routed; it is tried again in {Pause}.")]
    private partial void LogNotStarted(Exception exception, string channel, TimeSpan pause);
}
