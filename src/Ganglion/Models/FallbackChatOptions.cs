using System.Globalization;
using Ganglion.Budgets;

namespace Ganglion.Models;

/// <summary>When a <see cref="FallbackChatClient"/> turns to the next client.</summary>
public sealed record FallbackChatOptions
{
    /// <summary>What an exception has in its <see cref="Exception.Data"/> if the provider said when to come again: a <see cref="TimeSpan"/>, or the text of the HTTP header in seconds.</summary>
    public const string RetryAfterKey = "Retry-After";

    /// <summary>
    /// Whether the next client may do what one has failed to. Default: if it is overloaded or broken (HTTP 408, 429, 5xx, or no answer), does not answer in time, or has no room in its
    /// budgets. What is wrong with the call itself is not tried again.
    /// </summary>
    public Func<Exception, bool> ShouldFallBack { get; init; } = IsTransient;

    /// <summary>For how long a client is left alone after a failure. Default: as <see cref="RetryAfterKey"/> says; otherwise not at all.</summary>
    public Func<Exception, TimeSpan?> RetryAfter { get; init; } = ReadRetryAfter;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static bool IsTransient(Exception exception) => exception switch
    {
        HttpRequestException request => request.StatusCode is null || (int)request.StatusCode is 408 or 429 or >= 500,
        BudgetExhaustedException or TimeoutException or IOException or OperationCanceledException => true,
        _ => false,
    };

    private static TimeSpan? ReadRetryAfter(Exception exception) => exception.Data[RetryAfterKey] switch
    {
        TimeSpan time => time,
        string text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds < 86_400 => TimeSpan.FromSeconds(seconds),
        _ => null,
    };
}
