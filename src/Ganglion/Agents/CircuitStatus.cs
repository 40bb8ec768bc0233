using Polly.CircuitBreaker;

namespace Ganglion.Agents;

/// <summary>How a circuit breaker of this host stands.</summary>
/// <param name="Dependency">What it stands before.</param>
/// <param name="State">Whether the dependency is called (closed), left alone (open), or tried by one call (half open).</param>
public sealed record CircuitStatus(string Dependency, CircuitState State);
