using Ganglion.Budgets;

namespace Ganglion.Models;

/// <summary>When a <see cref="RetryingChatClient"/> asks again.</summary>
public sealed record RetryingChatOptions
{
    /// <summary>How often it asks again at most. Default 3; 0 to 100.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>How long it waits before it asks again for the first time, more or less by chance; each time twice as long. Default 1 s; at most 1 day.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it waits at most, unless the provider says how long. Default 30 s; at most 1 day.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Up to how long it waits where the provider says when to come again; if that is later, it does not ask again. Default 1 min; at most 1 day.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether the same call may be answered later. Default: if the provider is overloaded, broken, silent or not there (<see cref="ModelProviderException.IsTransient"/>; of other clients HTTP 408,
    /// 429, 5xx, or no answer). What is wrong with the call itself, and what has no room in a budget, is not asked again.
    /// </summary>
    public Func<Exception, bool> ShouldRetry { get; init; } = static exception => exception is not BudgetExhaustedException && TransientFailures.Is(exception);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
