namespace Ganglion.Models;

/// <summary>When a <see cref="FallbackChatClient"/> turns to the next client.</summary>
public sealed record FallbackChatOptions
{
    /// <summary>
    /// Whether the next client may do what one has failed to. Default: if it is overloaded or broken (<see cref="ModelProviderException.IsTransient"/>; of other clients HTTP 408, 429,
    /// 5xx, or no answer), does not answer in time, or has no room in its budgets. What is wrong with the call itself is not tried again.
    /// </summary>
    public Func<Exception, bool> ShouldFallBack { get; init; } = TransientFailures.Is;

    /// <summary>For how long a client is left alone after a failure. Default: as the provider says (<see cref="ModelProviderException.RetryAfter"/>); otherwise not at all.</summary>
    public Func<Exception, TimeSpan?> RetryAfter { get; init; } = static exception => (exception as ModelProviderException)?.RetryAfter;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
