using Microsoft.Extensions.AI;
using Polly.CircuitBreaker;

namespace Ganglion.Models;

/// <summary>One of the clients of a <see cref="FallbackChatClient"/>.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Client">The client. It is disposed of with the <see cref="FallbackChatClient"/>.</param>
public sealed record FallbackChatTarget(string Name, IChatClient Client)
{
    /// <summary>The model to ask it for, whatever the call says. Default: the call's.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// When its circuit breaker opens, and for how long, in the words of Polly. Default: for 15 s when half of its calls of the last 30 s have failed, and there were 5 at least.
    /// </summary>
    public Action<CircuitBreakerStrategyOptions>? ConfigureBreaker { get; init; }
}
