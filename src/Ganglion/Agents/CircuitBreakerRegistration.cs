using Polly.CircuitBreaker;

namespace Ganglion.Agents;

/// <summary>A circuit breaker as it was added.</summary>
/// <param name="Dependency">What it stands before.</param>
/// <param name="Configure">Changes its options.</param>
internal sealed record CircuitBreakerRegistration(string Dependency, Action<CircuitBreakerStrategyOptions>? Configure);
