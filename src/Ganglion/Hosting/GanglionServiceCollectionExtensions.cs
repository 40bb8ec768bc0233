using System.Diagnostics.Metrics;
using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Budgets;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Hosting;
using Ganglion.Models.Streaming;
using Ganglion.Oversight;
using Ganglion.Registry;
using Ganglion.Routes;
using Ganglion.Routing;
using Ganglion.Runtime;
using Ganglion.Supervision;
using Ganglion.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Ganglion to a collection of services.</summary>
public static class GanglionServiceCollectionExtensions
{
    /// <summary>
    /// Adds Ganglion: the broker (<c>IEventBroker</c>), the publisher (<see cref="IEventPublisher"/>), and the agents, which run as long as the
    /// host does.
    /// </summary>
    /// <remarks>
    /// Other services: the agents from outside (<see cref="IAgentRuntime"/>), what they remember (<see cref="AgentStates"/>), how they are doing
    /// (<see cref="IAgentStatuses"/>, <see cref="ISupervisorStatuses"/>, <see cref="ICircuitStatuses"/>), the steps that their events take
    /// (<see cref="AgentPipeline"/>), what could not be handled (<see cref="DeadLetterQueue"/>), what is paused (<see cref="Pauses"/>), what becomes
    /// of events on their way (<see cref="RouteTable"/>, <see cref="RouteOversight"/>), who judges them (<see cref="GuardCatalog"/>), what may be spent
    /// (<see cref="IBudgets"/>, <see cref="BudgetCatalog"/>), and what waits for a person (<see cref="ApprovalQueues"/>).
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Chooses the broker and adds agents. May be called several times; the last broker counts.</param>
    public static IServiceCollection AddGanglion(this IServiceCollection services, Action<GanglionBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new RouteTable(
            provider.GetRequiredService<IEventBroker>(), ApplicationSource.Of(provider), provider.GetRequiredService<TimeProvider>(),
            LoggerOf<RouteTable>(provider), new StageRules(provider.GetRequiredService<StageKinds>(), provider.GetRequiredService<AgentRegistry>())));
        services.TryAddSingleton<IEventPublisher, EventPublisher>();
        services.TryAddSingleton(provider =>
        {
            var options = new EventDataOptions();
            foreach (Action<EventDataOptions> change in provider.GetServices<Action<EventDataOptions>>())
            {
                change(options);
            }

            return new EventDataSerializer(options);
        });
        services.TryAddSingleton<DeadLetterQueue>();
        services.TryAddSingleton(provider => new AgentStates(
            provider.GetRequiredService<IEventBroker>(), provider.GetRequiredService<EventDataSerializer>()));
        services.TryAddSingleton(provider => new AgentRegistry(
            provider.GetRequiredService<IEventBroker>(), ApplicationSource.Of(provider), provider.GetRequiredService<TimeProvider>(),
            LoggerOf<AgentRegistry>(provider))
        {
            StageKinds = [.. provider.GetRequiredService<StageKinds>().Names.Order(StringComparer.Ordinal)],
        });
        services.TryAddSingleton(provider => new SubscriptionRegistry(
            provider.GetRequiredService<IEventBroker>(), provider.GetRequiredService<RouteTable>(), ApplicationSource.Of(provider),
            provider.GetRequiredService<TimeProvider>(), LoggerOf<SubscriptionRegistry>(provider)));
        services.TryAddSingleton(provider => new Pauses(
            provider.GetRequiredService<IEventBroker>(), ApplicationSource.Of(provider), provider.GetRequiredService<TimeProvider>(),
            LoggerOf<Pauses>(provider)));
        services.TryAddSingleton(ModelPricesFactory.Create);
        services.TryAddSingleton(ModelCacheFactory.Create);
        services.TryAddSingleton(AnswerStreamsOf);
        services.TryAddSingleton(BudgetsFactory.CreateCatalog);
        services.TryAddSingleton(BudgetsFactory.Create);
        services.TryAddSingleton<IBudgets>(provider => provider.GetRequiredService<SharedBudgets>());
        services.TryAddSingleton(ApprovalServices.CreateOptions);
        services.TryAddSingleton(provider => new ApprovalRules(provider.GetRequiredService<ApprovalOptions>().Rules));
        services.TryAddSingleton(provider => new ApprovalMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(provider => ApprovalServices.CreateQueues(provider, LoggerOf<ApprovalQueues>(provider)));
        services.TryAddSingleton(provider => new CircuitBreakers(
            provider.GetServices<CircuitBreakerRegistration>(), provider.GetRequiredService<TimeProvider>(), LoggerOf<CircuitBreakers>(provider)));
        services.TryAddSingleton<ICircuitStatuses>(provider => provider.GetRequiredService<CircuitBreakers>());
        services.TryAddSingleton(ToolPoliciesFactory.Create);
        services.TryAddSingleton(provider => new GuardMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(GuardsOf);
        services.TryAddSingleton<IAgentRuntime, AgentRuntime>();
        services.TryAddSingleton<AgentHost>();
        services.TryAddSingleton<AgentHostEnd>();
        services.TryAddSingleton(provider => new LaneLoad(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(provider => new StageKinds(
            provider.GetRequiredService<GuardCatalog>(), provider.GetRequiredService<ApprovalRules>(), provider.GetRequiredService<LaneLoad>()));
        services.TryAddSingleton(provider => new LaneReaders(
            provider.GetRequiredService<IEventBroker>(), provider.GetRequiredService<RouteTable>(), provider.GetRequiredService<AgentRegistry>(),
            provider.GetRequiredService<SubscriptionRegistry>()));
        services.TryAddSingleton(provider => new RouteOversight(
            provider.GetRequiredService<IEventBroker>(), provider.GetRequiredService<RouteTable>(), provider.GetRequiredService<StageKinds>(),
            provider.GetRequiredService<AgentRegistry>(), provider.GetRequiredService<SubscriptionRegistry>(), provider.GetRequiredService<Pauses>()));
        services.TryAddSingleton(provider => PipelineOf(provider.GetRequiredService<AgentHost>()));
        services.TryAddSingleton<IAgentStatuses, HostStatuses>();
        services.TryAddSingleton<ISupervisorStatuses, HostStatuses>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, GuardCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ToolCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AgentHost>(provider => provider.GetRequiredService<AgentHost>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RouterHost>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LaneWatch>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StopRuleService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, BudgetsHost>());
        configure(new GanglionBuilder(services));
        return services;
    }

    private static AnswerStreams AnswerStreamsOf(IServiceProvider services)
    {
        var publisher = services.GetRequiredService<IEventPublisher>();
        return new AnswerStreams(
            services.GetRequiredService<IEventBroker>().Topics,
            async (channel, part, key) => await publisher.PublishAsync(channel, part, key).ConfigureAwait(false),
            services.GetRequiredService<TimeProvider>(),
            LoggerOf<AnswerStreams>(services));
    }

    // Of guards with the same name, those of files come after those of the code, and those of the configuration come last.
    private static GuardCatalog GuardsOf(IServiceProvider services)
    {
        GuardRegistration[] added = [.. services.GetServices<GuardRegistration>()];
        List<string> faults =
        [
            .. added.CountBy(guard => (guard.Name, guard.Version)).Where(guard => guard.Value > 1)
                .Select(guard => $"The guard '{guard.Key.Name}' of the version '{guard.Key.Version}' is added more than once: give each its own name, or version."),
        ];
        GuardRegistration[] registrations =
        [
            .. added,
            .. services.GetServices<GuardFile>().SelectMany(file => GuardRegistration.FromFile(file.Path, faults)),
            .. GuardRegistration.FromConfiguration(services.GetService<IConfiguration>(), faults),
        ];
        return new GuardCatalog(new GuardFactory(services, [.. GuardKind.BuiltIn, .. services.GetServices<GuardKind>()], registrations), faults);
    }

    private static AgentPipeline PipelineOf(AgentHost host) => new(() =>
    [
        .. host.Middleware.Select(middleware => ((AgentType?)null, middleware)),
        .. host.Agents.SelectMany(
            agent => agent.Options.Middleware.Skip(host.Middleware.Count).Select(middleware => ((AgentType?)agent.Type, middleware))),
    ]);

    private static UnfailingLogger LoggerOf<T>(IServiceProvider services) =>
        new((services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<T>());
}
