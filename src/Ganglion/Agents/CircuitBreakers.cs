using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace Ganglion.Agents;

/// <summary>
/// The circuit breakers of the dependencies that effects name: one for each, shared by all agents of the host, because it is the
/// dependency that is down and not one of those who call it.
/// </summary>
internal sealed partial class CircuitBreakers : ICircuitStatuses
{
    private readonly Dictionary<string, (ResiliencePipeline Pipeline, CircuitBreakerStateProvider State)> _breakers = new(StringComparer.Ordinal);
    private readonly ILogger _logger;

    /// <summary>Makes the breakers; all of them are closed.</summary>
    /// <exception cref="AgentDefinitionException">Their options are not what they must be, or one is added twice.</exception>
    public CircuitBreakers(IEnumerable<CircuitBreakerRegistration> registrations, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        var faults = new List<string>();
        foreach (CircuitBreakerRegistration registration in registrations)
        {
            if (_breakers.ContainsKey(registration.Dependency))
            {
                faults.Add($"The circuit breaker '{registration.Dependency}' is added more than once: add each once.");
                continue;
            }

            try
            {
                _breakers.Add(registration.Dependency, Create(registration, time));
            }
            catch (System.ComponentModel.DataAnnotations.ValidationException exception)
            {
                faults.Add($"The circuit breaker '{registration.Dependency}' cannot be as it is set up: {exception.Message}");
            }
        }

        if (faults.Count > 0)
        {
            throw new AgentDefinitionException(faults);
        }
    }

    public IReadOnlyList<CircuitStatus> List() => [.. _breakers.Select(one => new CircuitStatus(one.Key, one.Value.State.CircuitState))];

    /// <summary>Does something behind a dependency's breaker.</summary>
    /// <exception cref="BrokenCircuitException">The breaker is open, and nothing was done.</exception>
    /// <exception cref="ArgumentException">There is no such breaker.</exception>
    public Task<T> RunAsync<T>(string dependency, Func<Task<T>> work, CancellationToken cancellationToken) =>
        Find(dependency).ExecuteAsync(async _ => await work().ConfigureAwait(false), cancellationToken).AsTask();

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(string dependency, Func<Task> work, CancellationToken cancellationToken) =>
        Find(dependency).ExecuteAsync(async _ => await work().ConfigureAwait(false), cancellationToken).AsTask();

    /// <summary>Sees to it that there is such a breaker.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public void Require(string dependency) => Find(dependency);

    private ResiliencePipeline Find(string dependency) => _breakers.TryGetValue(dependency, out (ResiliencePipeline Pipeline, CircuitBreakerStateProvider) found)
        ? found.Pipeline
        : throw new ArgumentException(
            $"There is no circuit breaker '{dependency}': add it by AddCircuitBreaker(\"{dependency}\"), or name {(_breakers.Count == 0 ? "none" : string.Join(" or ", _breakers.Keys))}.", nameof(dependency));

    private (ResiliencePipeline Pipeline, CircuitBreakerStateProvider State) Create(CircuitBreakerRegistration registration, TimeProvider time)
    {
        var options = new CircuitBreakerStrategyOptions
        {
            // What is wrong with the event says nothing about the dependency.
            ShouldHandle = static outcome => ValueTask.FromResult(
                outcome.Outcome.Exception is not (null or OperationCanceledException or UnprocessableEventException or AgentBrokenException)),
        };
        registration.Configure?.Invoke(options);
        CircuitBreakerStateProvider state = options.StateProvider ??= new CircuitBreakerStateProvider();
        Func<OnCircuitOpenedArguments<object>, ValueTask>? opened = options.OnOpened;
        options.OnOpened = arguments =>
        {
            LogOpened(arguments.Outcome.Exception, registration.Dependency, arguments.BreakDuration);
            return opened?.Invoke(arguments) ?? default;
        };
        Func<OnCircuitClosedArguments<object>, ValueTask>? closed = options.OnClosed;
        options.OnClosed = arguments =>
        {
            LogClosed(registration.Dependency);
            return closed?.Invoke(arguments) ?? default;
        };

        // Polly asks the clock for how long a circuit is open.
        return (new ResiliencePipelineBuilder { TimeProvider = new SteadyTime(time) }.AddCircuitBreaker(options).Build(), state);
    }

    [LoggerMessage(150, LogLevel.Error, "The circuit breaker of {Dependency} has opened: it is left alone for {Pause}.")]
    private partial void LogOpened(Exception? exception, string dependency, TimeSpan pause);

    [LoggerMessage(151, LogLevel.Warning, "The circuit breaker of {Dependency} has closed: it is called again.")]
    private partial void LogClosed(string dependency);
}
