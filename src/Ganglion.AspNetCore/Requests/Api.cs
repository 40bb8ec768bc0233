using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.AspNetCore.Groups;
using Ganglion.AspNetCore.Supervision;
using Ganglion.Brokers;
using Ganglion.Budgets;
using Ganglion.DeadLetters;
using Ganglion.Guards;
using Ganglion.Hosting;
using Ganglion.Oversight;
using Ganglion.Routes;
using Ganglion.Supervision;
using Ganglion.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.AspNetCore.Requests;

/// <summary>What all requests of one mapped API share.</summary>
internal sealed class Api : IAsyncDisposable
{
    private readonly IServiceProvider _services;
    private readonly SharedProducer _producer;
    private readonly Lazy<DeadLetterQueue> _deadLetters;
    private readonly Lazy<AgentStates> _states;
    private readonly Lazy<Pauses> _pauses;
    private readonly Lazy<BudgetCatalog> _budgets;
    private readonly Lazy<RouteOversight> _oversight;
    private Pauses? _ownPauses;
    private BudgetCatalog? _ownBudgets;
    private readonly Lazy<ApprovalQueues> _approvals;
    private ApprovalQueues? _ownApprovals;
    private RouteOversight? _ownOversight;

    public Api(GanglionApiOptions options, IServiceProvider services)
    {
        Options = options;
        _services = services;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Logger = services.GetService<ILoggerFactory>()?.CreateLogger("Ganglion.AspNetCore") ?? NullLogger.Instance;

        _producer = new(() => Broker);
        _deadLetters = new(() => services.GetService<DeadLetterQueue>() ?? new DeadLetterQueue(Broker, Time));
        _states = new(() => services.GetService<AgentStates>() ?? new AgentStates(Broker));
        _approvals = new(() => services.GetService<ApprovalQueues>() ?? (_ownApprovals = new ApprovalQueues(Broker, Time)));
        _pauses = new(() => services.GetService<Pauses>() ?? (_ownPauses = new Pauses(Broker, Time)));
        _budgets = new(() => services.GetService<BudgetCatalog>() ?? (_ownBudgets = new BudgetCatalog(Broker, Time)));
        _oversight = new(() => services.GetService<RouteOversight>() ?? (_ownOversight = new RouteOversight(Broker, Time)));
        if (services.GetService<IHostApplicationLifetime>() is { } lifetime)
        {
            Stopping = lifetime.ApplicationStopping;
            lifetime.ApplicationStopped.Register(() => DisposeAsync().AsTask().GetAwaiter().GetResult());
        }
    }

    public GanglionApiOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public GroupStreams GroupStreams { get; } = new();

    /// <summary>The host is going down: streams that would never end by themselves end now.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Looked up by each request: mapping the API must not open the broker's storage.</summary>
    public IEventBroker Broker => _services.GetRequiredService<IEventBroker>();

    /// <summary>What could not be handled: the host's, so that its agents' code and its callers do not get in each other's way.</summary>
    public DeadLetterQueue DeadLetters => _deadLetters.Value;

    /// <summary>What agents remember.</summary>
    public AgentStates States => _states.Value;

    /// <summary>What is paused.</summary>
    public Pauses Pauses => _pauses.Value;

    /// <summary>What waits for a person.</summary>
    public ApprovalQueues Approvals => _approvals.Value;

    /// <summary>What may be spent, and is.</summary>
    public BudgetCatalog Budgets => _budgets.Value;

    /// <summary>The routes, and what operators see of them.</summary>
    public RouteOversight Oversight => _oversight.Value;

    /// <summary>The guards of the host.</summary>
    /// <exception cref="GuardException">The host has the log only (<c>guard-not-found</c>).</exception>
    public GuardCatalog Guards => _services.GetService<GuardCatalog>() ?? throw new GuardException(
        "guard-not-found", "This host serves the log only, and has no guards: ask a host that has them.");

    /// <summary>The way to the agents.</summary>
    /// <exception cref="ApiException">The host has the log only (<c>agents-unreachable</c>).</exception>
    public IAgentRuntime Runtime => _services.GetService<IAgentRuntime>() ?? throw new ApiException(
        "agents-unreachable", "This host serves the log only, and what is asked for is done by agents: ask a host that runs agents on this broker.");

    /// <summary>How the agents of the host are doing; none in a host without agents.</summary>
    public SupervisionView Supervision => new(
        [.. (_services.GetService<IAgentStatuses>()?.List() ?? []).Select(AgentStatusView.Of)],
        [.. (_services.GetService<ISupervisorStatuses>()?.List() ?? []).Select(SupervisorStatusView.Of)],
        [.. (_services.GetService<ICircuitStatuses>()?.List() ?? []).Select(CircuitStatusView.Of)]);

    /// <summary>The steps by which events are handled, as they run in this host.</summary>
    public IReadOnlyList<PipelineStep> PipelineSteps => _services.GetService<AgentPipeline>()?.Steps ?? AgentPipeline.BuiltInSteps;

    public ValueTask<IEventProducer> GetProducerAsync(CancellationToken cancellationToken) => _producer.GetAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_ownPauses is { } own)
        {
            await own.DisposeAsync().ConfigureAwait(false);
        }

        if (_ownApprovals is { } ownApprovals)
        {
            await ownApprovals.DisposeAsync().ConfigureAwait(false);
        }

        if (_ownBudgets is { } ownBudgets)
        {
            await ownBudgets.DisposeAsync().ConfigureAwait(false);
        }

        if (_ownOversight is { } ownOversight)
        {
            await ownOversight.DisposeAsync().ConfigureAwait(false);
        }

        await _producer.DisposeAsync().ConfigureAwait(false);
    }
}
