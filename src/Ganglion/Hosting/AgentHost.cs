using Ganglion.Agents;
using Ganglion.Registry;
using Ganglion.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Hosting;

/// <summary>
/// Runs the agents as long as the host runs: all of those that were added, or the host does not start; and those that are registered later.
/// </summary>
internal sealed class AgentHost(
    IServiceProvider services,
    IEnumerable<AgentRegistration> registrations,
    IEnumerable<SupervisorRegistration> supervisors,
    IEnumerable<PlacedMiddleware> middleware)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly AgentFactory _factory = new(services, [.. middleware]);
    private readonly CancellationTokenSource _stopping = new();
    private volatile IReadOnlyList<SupervisedAgent>? _agents;
    private volatile SupervisionTree? _tree;

    /// <summary>What runs around the handlers of all agents.</summary>
    public IReadOnlyList<PlacedMiddleware> Middleware => _factory.Middleware;

    /// <summary>The agents that run.</summary>
    public IEnumerable<AgentDefinition> Agents => (_agents ?? []).Select(agent => agent.Definition);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        SupervisionTree tree = BuildTree();
        try
        {
            await tree.Root.StartAsync(cancellationToken).ConfigureAwait(false);
            await AnnounceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Nobody stops a host that has not started.
            await StopAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }

        // Made last, so that it goes first: the broker and all else that agents need are there until they have stopped.
        _ = services.GetService<AgentHostEnd>();
        _ = WatchAsync(tree.Root);
    }

    /// <summary>Starts one more agent. It stops with the host.</summary>
    /// <exception cref="AgentDefinitionException">It is not defined as it must be, or the host has one of this name.</exception>
    /// <exception cref="InvalidOperationException">The host does not run, or stops meanwhile.</exception>
    public async Task RegisterAsync(AgentRegistration registration, CancellationToken cancellationToken)
    {
        // What it waits for, such as a restart, is not to keep the host from stopping.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        try
        {
            await AddAsync(registration, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw NotRunning(registration);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_agents is { Count: > 0 })
            {
                await WithdrawAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_tree is { } tree)
            {
                await tree.Root.StopAsync("It is stopping.", cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Drops what is not committed, unless the host has been stopped. Services can no longer be asked for by then.</summary>
    public async Task DropAsync()
    {
        if (!_stopping.IsCancellationRequested && _tree is { } tree)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await tree.Root.StopAsync("Its host is disposed of.", new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
    }

    /// <summary>How the agents are doing.</summary>
    public IReadOnlyList<AgentStatus> AgentStatuses => _agents is { } agents
        ? [.. agents.Select(agent => agent.Status)]
        : [.. registrations.Where(agent => AgentType.IsValid(agent.Name)).Select(agent => SupervisedAgent.NotStarted(new AgentType(agent.Name)))];

    /// <summary>How the supervisors are doing; none before the host has started.</summary>
    public IReadOnlyList<SupervisorStatus> SupervisorStatuses => _tree?.Statuses ?? [];

    public void Dispose()
    {
        foreach (SupervisedAgent agent in _agents ?? [])
        {
            agent.Dispose();
        }

        _tree?.Dispose();
        _turn.Dispose();
        _stopping.Dispose();
    }

    // Children start in the order in which they were added, agents and supervisors alike.
    private SupervisionTree BuildTree()
    {
        var faults = new List<string>();
        Dictionary<string, SupervisorOptions> options = SupervisorDefinitions.Check(supervisors, services.GetService<IConfiguration>(), faults);
        SupervisedAgent[] agents = _factory.Create(registrations, options, faults);
        _agents = agents;
        SupervisionTree tree = _tree = new SupervisionTree(
            options, services.GetRequiredService<TimeProvider>(), _factory.CreateLogger("Ganglion.Supervision"));
        var children = registrations.Zip(agents, (registration, agent) => (registration.Order, agent.Definition.Options.Supervisor, Child: (ISupervised)agent));
        var nested = supervisors.Where(one => one.Name != SupervisorOptions.Root)
            .Select(one => (one.Order, options[one.Name].Supervisor, Child: (ISupervised)tree[one.Name]));
        foreach ((_, string supervisor, ISupervised child) in children.Concat(nested).OrderBy(one => one.Order))
        {
            tree[supervisor].Add(child);
        }

        return tree;
    }

    private async Task AddAsync(AgentRegistration registration, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_agents is not { } agents || _tree is not { } tree || _stopping.IsCancellationRequested)
            {
                throw NotRunning(registration);
            }

            if (agents.Any(agent => agent.Name == registration.Name))
            {
                throw new AgentDefinitionException([$"The host has an agent '{registration.Name}' already: give each agent its own name."]);
            }

            SupervisedAgent added = _factory.Create([registration], tree.Options, [])[0];
            try
            {
                await tree[added.Definition.Options.Supervisor].AddAsync(added, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                added.Dispose();
                throw;
            }

            _agents = [.. agents, added];
            await AnnounceAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static InvalidOperationException NotRunning(AgentRegistration registration) =>
        new($"'{registration.Name}' cannot be registered: its host is not running. Start the host first.");

    // Nobody is above the root but whoever runs the process.
    private async Task WatchAsync(Supervisor root)
    {
        try
        {
            await root.Broken.ConfigureAwait(false);
        }
        catch (GanglionException)
        {
            services.GetService<IHostApplicationLifetime>()?.StopApplication();
        }
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        if (_agents is { Count: > 0 } agents)
        {
            await services.GetRequiredService<AgentRegistry>()
                .AnnounceAsync([.. agents.Select(agent => ToHosted(agent.Definition))], cancellationToken).ConfigureAwait(false);
        }
    }

    // Whoever cannot say that it goes is found to be gone when it is not heard of any more.
    private async Task WithdrawAsync(CancellationToken cancellationToken) => await services.GetRequiredService<AgentRegistry>()
        .WithdrawAsync(cancellationToken).AsTask()
        .WaitAsync(LongestFarewell, services.GetRequiredService<TimeProvider>(), cancellationToken)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static HostedAgent ToHosted(AgentDefinition agent) => new(
        agent.Type.Name, agent.Description.Capabilities, agent.Channels, agent.Description.Version, agent.Description.Description);
}
