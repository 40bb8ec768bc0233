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

/// <summary>Runs the agents as long as the host runs. A subscription that breaks is begun again after a pause.</summary>
internal sealed class AgentHost(IServiceProvider services, IEnumerable<AgentRegistration> registrations) : IHostedService
{
    private readonly List<RunningAgent> _agents = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        AgentDefinition[] definitions = AgentDefinitions.Check(
            registrations, services.GetService<IConfiguration>(), services.GetRequiredService<IServiceProviderIsService>());
        IEventBroker broker = services.GetRequiredService<IEventBroker>();
        foreach (AgentDefinition definition in definitions)
        {
            var agent = new RunningAgent(
                definition,
                SurroundingsOf(definition.Type),
                new AgentMetrics(definition.Type.Name, services.GetService<IMeterFactory>()),
                broker);
            await agent.StartAsync(cancellationToken).ConfigureAwait(false);
            _agents.Add(agent);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_agents.Select(agent => agent.StopAsync(cancellationToken)));

    private AgentSurroundings SurroundingsOf(AgentType type)
    {
        ILoggerFactory loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        return new AgentSurroundings(
            type,
            services.GetRequiredService<IRouteTable>(),
            services.GetRequiredService<IServiceScopeFactory>(),
            services.GetRequiredService<EventDataSerializer>(),
            services.GetRequiredService<TimeProvider>(),
            loggers.CreateLogger($"Ganglion.Agents.{type}"));
    }
}
