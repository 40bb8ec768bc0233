using System.Diagnostics.Metrics;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Registry;
using Ganglion.Routes;
using Ganglion.Runtime;
using Ganglion.Supervision;
using Ganglion.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

/// <summary>Makes agents that can be started of what was added, with all that they need of the host.</summary>
/// <param name="services">The services of the host.</param>
/// <param name="middleware">What runs around the handlers of all agents.</param>
internal sealed class AgentFactory(IServiceProvider services, IReadOnlyList<PlacedMiddleware> middleware)
{
    private readonly AgentCompiler _compiler = new(
        middleware, services.GetService<IConfiguration>(), services.GetRequiredService<IServiceProviderIsService>());

    /// <summary>What runs around the handlers of all agents.</summary>
    public IReadOnlyList<PlacedMiddleware> Middleware => middleware;

    /// <inheritdoc cref="AgentCompiler.Compile"/>
    public SupervisedAgent[] Create(
        IEnumerable<AgentRegistration> registrations, IReadOnlyDictionary<string, SupervisorOptions> supervisors, List<string> faults) =>
        [.. _compiler.Compile(registrations, supervisors, faults).Select(Create)];

    /// <summary>A logger of the host that can break nothing.</summary>
    public UnfailingLogger CreateLogger(string category) =>
        new((services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger(category));

    private SupervisedAgent Create(AgentDefinition definition)
    {
        var metrics = new AgentMetrics(definition.Type.Name, services.GetService<IMeterFactory>());
        var subscriptions = new SubscriptionFactory(
            definition,
            ServicesOf(definition),
            metrics,
            services.GetRequiredService<IEventBroker>(),
            services.GetRequiredService<SubscriptionRegistry>());
        return new SupervisedAgent(definition, subscriptions, metrics);
    }

    private AgentServices ServicesOf(AgentDefinition agent) => new(
        agent.Type,
        agent.Routes ?? services.GetRequiredService<RouteTable>(),
        services.GetRequiredService<Pauses>(),
        services.GetRequiredService<IServiceScopeFactory>(),
        services.GetRequiredService<EventDataSerializer>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<CircuitBreakers>(),
        CreateLogger($"Ganglion.Agents.{agent.Type}"));
}
