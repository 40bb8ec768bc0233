using System.Diagnostics.Metrics;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Ganglion.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly.CircuitBreaker;

namespace Ganglion.Hosting;

/// <summary>Sets Ganglion up in a host: one broker, any number of agents.</summary>
public sealed class GanglionBuilder
{
    internal GanglionBuilder(IServiceCollection services)
    {
        Services = services;
    }

    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Keeps events in a data folder, on disk. The host opens the folder when it starts, and no other process can meanwhile.</summary>
    /// <param name="folder">The data folder; it is made if it is not there.</param>
    /// <param name="options">How the broker keeps its log. The clock, the logging and the metrics are the host's, unless it names others.</param>
    /// <remarks>If the folder cannot be opened, the host does not start: <see cref="StorageException"/>.</remarks>
    public GanglionBuilder UseEmbeddedBroker(string folder, EmbeddedBrokerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);

        // Services are made synchronously; this waits for the disk once, while the host starts.
        return UseBroker(services => EmbeddedBroker.OpenAsync(folder, OptionsFor(services, options)).GetAwaiter().GetResult());
    }

    /// <summary>Keeps events in memory: the same behaviour as on disk, and nothing left when the process ends.</summary>
    /// <param name="options">How the broker keeps its log. The clock, the logging and the metrics are the host's, unless it names others.</param>
    public GanglionBuilder UseVolatileBroker(EmbeddedBrokerOptions? options = null) =>
        UseBroker(services => EmbeddedBroker.CreateVolatile(OptionsFor(services, options)));

    /// <summary>Uses a broker of your own making. It is opened when the host starts, and disposed of when all else has stopped.</summary>
    /// <param name="open">Opens the broker.</param>
    public GanglionBuilder UseBroker(Func<IServiceProvider, IEventBroker> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        Services.RemoveAll<IEventBroker>();
        Services.AddSingleton(open);
        return this;
    }

    /// <summary>Uses a broker that is open already and stays yours: the host does not dispose of it.</summary>
    /// <param name="broker">The broker.</param>
    public GanglionBuilder UseBroker(IEventBroker broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        Services.RemoveAll<IEventBroker>();
        Services.AddSingleton(broker);
        return this;
    }

    /// <summary>Adds an agent, with the name that its class bears.</summary>
    /// <typeparam name="TAgent">The agent's class, with an <see cref="AgentAttribute"/>.</typeparam>
    /// <param name="configure">How it is run; the configuration of the host, if it says anything, comes after.</param>
    public GanglionBuilder AddAgent<TAgent>(Action<AgentOptions>? configure = null)
        where TAgent : Agent
    {
        Services.AddSingleton(new AgentRegistration(
            AgentDefinition.NameOf(typeof(TAgent)) ?? typeof(TAgent).Name,
            Services.Count,
            configure,
            (options, services, faults) => AgentDefinition.FromClass(typeof(TAgent), options, services, faults)));
        return this;
    }

    /// <summary>Adds an agent without a class.</summary>
    /// <param name="name">The agent's type, as <see cref="AgentType"/> allows it.</param>
    /// <param name="define">Adds its handlers.</param>
    /// <param name="configure">How it is run; the configuration of the host, if it says anything, comes after.</param>
    public GanglionBuilder AddAgent(string name, Action<AgentBuilder> define, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(define);
        var agent = new AgentBuilder();
        define(agent);
        Services.AddSingleton(new AgentRegistration(
            name, Services.Count, configure, (options, services, faults) => AgentDefinition.FromBuilder(name, agent, options, services, faults)));
        return this;
    }

    /// <summary>
    /// Adds an agent whose far side is a pair of topics, so that any program that reads and writes them is an agent. What is sent to an instance
    /// lies in one topic under the instance's key, with the message's name as its type; the first event on the other topic whose
    /// <c>causationid</c>, or <c>correlationid</c>, is the request's id is the reply.
    /// </summary>
    /// <param name="name">The agent's type, as <see cref="AgentType"/> allows it.</param>
    /// <param name="requests">The channel that requests are published to. Messages that await no reply lie there, too.</param>
    /// <param name="replies">
    /// The channel of the replies. One of the type <c>agent_request_failed</c> is a failure, with JSON of a <c>type</c>, a <c>message</c> and, for
    /// whoever asks to tell it from others, a <c>code</c>.
    /// </param>
    /// <param name="timeout">How long to wait for a reply at most. Default: for ever; whoever asks may have less patience.</param>
    /// <param name="configure">How it is run; the configuration of the host, if it says anything, comes after.</param>
    public GanglionBuilder AddProxyAgent(
        string name, string requests, string replies, TimeSpan? timeout = null, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(replies);
        var proxy = new ProxyTopics(requests, replies, timeout);
        Services.AddSingleton(new AgentRegistration(
            name, Services.Count, configure, (options, _, faults) => AgentDefinition.FromTopics(name, proxy, options, faults)));
        return this;
    }

    /// <summary>
    /// Adds a supervisor: it starts the agents and supervisors under it in the order in which they were added, and restarts them when they
    /// break. An agent is put under it by its <see cref="AgentOptions.Supervisor"/>.
    /// </summary>
    /// <param name="name">
    /// What it is called, as <see cref="AgentType"/> allows it. <see cref="SupervisorOptions.Root"/> changes the options of the one that every host has.
    /// </param>
    /// <param name="configure">Whom it restarts, and how often; the configuration of the host, if it says anything, comes after.</param>
    public GanglionBuilder AddSupervisor(string name, Action<SupervisorOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddSingleton(new SupervisorRegistration(name, Services.Count, configure));
        return this;
    }

    /// <summary>Runs code around the handlers of all agents of the host.</summary>
    /// <typeparam name="TMiddleware">The middleware.</typeparam>
    /// <inheritdoc cref="AgentOptions.AddMiddleware{TMiddleware}" path="/param"/>
    public GanglionBuilder AddMiddleware<TMiddleware>(PipelinePlace? place = null)
        where TMiddleware : class, IAgentMiddleware
    {
        Services.AddSingleton(PlacedMiddleware.Of<TMiddleware>(place));
        return this;
    }

    /// <summary>
    /// Adds a circuit breaker for something that effects call and that may be down: see the dependency of
    /// <see cref="AgentContext.RunAsync{TResult}(string, Func{EffectContext, Task{TResult}}, string?)"/>. All agents of the host share it.
    /// </summary>
    /// <param name="dependency">What it is called.</param>
    /// <param name="configure">
    /// When it opens and for how long, in the words of Polly. Default: for 5 s when a tenth of the calls of the last 30 s have failed, and there
    /// were a hundred at least.
    /// </param>
    public GanglionBuilder AddCircuitBreaker(string dependency, Action<CircuitBreakerStrategyOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(dependency);
        Services.AddSingleton(new CircuitBreakerRegistration(dependency, configure));
        return this;
    }

    /// <summary>Says how data is read and written: contexts of source-generated JSON, upcasters of older versions, other formats.</summary>
    /// <param name="configure">Changes the options.</param>
    public GanglionBuilder ConfigureData(Action<EventDataOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddSingleton(configure);
        return this;
    }

    /// <summary>Adds a format of data beside JSON, as <see cref="EventDataOptions.AddSerializer"/> does.</summary>
    /// <inheritdoc cref="EventDataOptions.AddSerializer" path="/param"/>
    public GanglionBuilder AddSerializer(IDataSerializer serializer, params string[] channels) =>
        ConfigureData(options => options.AddSerializer(serializer, channels));

    /// <inheritdoc cref="AddSerializer(IDataSerializer, string[])"/>
    /// <typeparam name="TSerializer">The format: a service, of which there is one for the host.</typeparam>
    public GanglionBuilder AddSerializer<TSerializer>(params string[] channels)
        where TSerializer : class, IDataSerializer
    {
        Services.TryAddSingleton<TSerializer>();
        Services.AddSingleton<Action<EventDataOptions>>(
            services => options => options.AddSerializer(services.GetRequiredService<TSerializer>(), channels));
        return this;
    }

    /// <summary>The host's clock, logging and metrics, where the options have none of their own.</summary>
    internal static EmbeddedBrokerOptions OptionsFor(IServiceProvider services, EmbeddedBrokerOptions? options)
    {
        options ??= new EmbeddedBrokerOptions();
        return options with
        {
            TimeProvider = options.TimeProvider == TimeProvider.System ? services.GetRequiredService<TimeProvider>() : options.TimeProvider,
            LoggerFactory = options.LoggerFactory == NullLoggerFactory.Instance
                ? services.GetService<ILoggerFactory>() ?? options.LoggerFactory
                : options.LoggerFactory,
            MeterFactory = options.MeterFactory ?? services.GetService<IMeterFactory>(),
        };
    }
}
