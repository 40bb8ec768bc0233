using System.Diagnostics.Metrics;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Registry;
using Ganglion.Routes;
using Ganglion.Runtime;
using Ganglion.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

/// <summary>
/// Runs the agents as long as the host runs: all of those that were added, or the host does not start; and those that are registered later.
/// </summary>
internal sealed class AgentHost(
    IServiceProvider services, IEnumerable<AgentRegistration> registrations, IEnumerable<PlacedMiddleware> middleware)
    : IHostedService, IAgentStatuses, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile IReadOnlyList<RunningAgent>? _agents;
    private bool _isStopping;

    /// <summary>What runs around the handlers of all agents.</summary>
    public IReadOnlyList<PlacedMiddleware> Middleware { get; } = [.. middleware];

    /// <summary>The agents that run.</summary>
    public IEnumerable<AgentDefinition> Agents => (_agents ?? []).Select(agent => agent.Definition);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RunningAgent[] agents = [.. Define(registrations).Select(Create)];
        _agents = agents;
        try
        {
            foreach (RunningAgent agent in agents)
            {
                await agent.StartAsync(cancellationToken).ConfigureAwait(false);
            }

            await AnnounceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Nobody stops a host that has not started.
            await StopAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts one more agent. It stops with the host.</summary>
    /// <exception cref="AgentDefinitionException">It is not defined as it must be, or the host has one of this name.</exception>
    public async Task RegisterAsync(AgentRegistration registration, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_agents is not { } agents || _isStopping)
            {
                throw new InvalidOperationException($"'{registration.Name}' cannot be registered: its host is not running. Start the host first.");
            }

            if (agents.Any(agent => agent.Definition.Type.Name == registration.Name))
            {
                throw new AgentDefinitionException([$"The host has an agent '{registration.Name}' already: give each agent its own name."]);
            }

            RunningAgent added = Create(Define([registration])[0]);
            try
            {
                await added.StartAsync(cancellationToken).ConfigureAwait(false);
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

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _isStopping = true;
            IReadOnlyList<RunningAgent> agents = _agents ?? [];
            if (agents.Count > 0)
            {
                await WithdrawAsync(cancellationToken).ConfigureAwait(false);
            }

            await Task.WhenAll(agents.Select(agent => agent.StopAsync(cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public IReadOnlyList<AgentStatus> List() => _agents is { } agents
        ? [.. agents.Select(agent => agent.Status)]
        : [.. registrations.Where(agent => AgentType.IsValid(agent.Name)).Select(agent => RunningAgent.Starting(new AgentType(agent.Name)))];

    public void Dispose()
    {
        foreach (RunningAgent agent in _agents ?? [])
        {
            agent.Dispose();
        }

        _turn.Dispose();
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
        .WithdrawAsync(cancellationToken).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static HostedAgent ToHosted(AgentDefinition agent) => new(
        agent.Type.Name, agent.Description.Capabilities, agent.Channels, agent.Description.Version, agent.Description.Description);

    private AgentDefinition[] Define(IEnumerable<AgentRegistration> asked) => AgentDefinitions.Check(
        asked, Middleware, services.GetService<IConfiguration>(), services.GetRequiredService<IServiceProviderIsService>());

    private RunningAgent Create(AgentDefinition definition) => new(
        definition,
        SurroundingsOf(definition.Type),
        new AgentMetrics(definition.Type.Name, services.GetService<IMeterFactory>()),
        services.GetRequiredService<IEventBroker>(),
        services.GetRequiredService<SubscriptionRegistry>());

    private AgentSurroundings SurroundingsOf(AgentType type)
    {
        ILoggerFactory loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        return new AgentSurroundings(
            type,
            services.GetRequiredService<IRouteTable>(),
            services.GetRequiredService<IServiceScopeFactory>(),
            services.GetRequiredService<EventDataSerializer>(),
            services.GetRequiredService<TimeProvider>(),
            new UnfailingLogger(loggers.CreateLogger($"Ganglion.Agents.{type}")));
    }
}
