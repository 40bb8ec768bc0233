using Ganglion.Agents;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Polly.CircuitBreaker;

namespace Ganglion.Hosting;

/// <summary>Sets Ganglion up in a host: one broker, any number of agents.</summary>
public sealed partial class GanglionBuilder
{
    internal GanglionBuilder(IServiceCollection services)
    {
        Services = services;
    }

    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; }

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
}
