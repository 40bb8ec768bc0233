using System.Diagnostics.Metrics;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Routes;
using Ganglion.Runtime;
using Ganglion.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

/// <summary>Runs the agents as long as the host runs: all of them, or the host does not start.</summary>
internal sealed class AgentHost(IServiceProvider services, IEnumerable<AgentRegistration> registrations)
    : IHostedService, IAgentStatuses, IDisposable
{
    private volatile IReadOnlyList<RunningAgent>? _agents;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        AgentDefinition[] definitions = AgentDefinitions.Check(
            registrations, services.GetService<IConfiguration>(), services.GetRequiredService<IServiceProviderIsService>());
        IEventBroker broker = services.GetRequiredService<IEventBroker>();
        RunningAgent[] agents = [.. definitions.Select(definition => Create(definition, broker))];
        _agents = agents;
        try
        {
            foreach (RunningAgent agent in agents)
            {
                await agent.StartAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            // Nobody stops a host that has not started.
            await StopAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll((_agents ?? []).Select(agent => agent.StopAsync(cancellationToken)));

    public IReadOnlyList<AgentStatus> List() => _agents is { } agents
        ? [.. agents.Select(agent => agent.Status)]
        : [.. registrations.Where(agent => AgentType.IsValid(agent.Name)).Select(agent => RunningAgent.Starting(new AgentType(agent.Name)))];

    public void Dispose()
    {
        foreach (RunningAgent agent in _agents ?? [])
        {
            agent.Dispose();
        }
    }

    private RunningAgent Create(AgentDefinition definition, IEventBroker broker) => new(
        definition,
        SurroundingsOf(definition.Type),
        new AgentMetrics(definition.Type.Name, services.GetService<IMeterFactory>()),
        broker);

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
