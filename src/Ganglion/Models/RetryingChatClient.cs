using System.Runtime.CompilerServices;
using Ganglion.Telemetry;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.Retry;

namespace Ganglion.Models;

/// <summary>
/// Asks a client again when its provider is overloaded or broken: after a time that grows and varies, or when the provider says. A streamed answer is asked for again only as long as no part of
/// it has come. Thread-safe, if the client is.
/// </summary>
public sealed partial class RetryingChatClient : DelegatingChatClient
{
    private readonly ResiliencePipeline _retries = ResiliencePipeline.Empty;

    /// <summary>Puts retries around a client.</summary>
    /// <param name="innerClient">The client. It is disposed of with this one.</param>
    /// <param name="options">When it is asked again.</param>
    /// <param name="logger">Is told of what is asked again.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public RetryingChatClient(IChatClient innerClient, RetryingChatOptions? options = null, ILogger<RetryingChatClient>? logger = null)
        : base(innerClient)
    {
        options ??= new RetryingChatOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Retries, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Retries, 100, nameof(options));
        foreach (TimeSpan time in (ReadOnlySpan<TimeSpan>)[options.Delay, options.MaxDelay, options.MaxRetryAfter])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, nameof(options));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(1), nameof(options));
        }

        if (options.Retries == 0)
        {
            return;
        }

        ILogger log = new UnfailingLogger(logger ?? (ILogger)NullLogger.Instance);
        _retries = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = options.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.Delay,
            MaxDelay = options.MaxDelay,
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is { } failure
                && !arguments.Context.CancellationToken.IsCancellationRequested
                && options.ShouldRetry(failure)
                && !(RetryAfter(failure) > options.MaxRetryAfter)),
            DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Exception)),
            OnRetry = arguments =>
            {
                Retried(log, arguments.Outcome.Exception, arguments.AttemptNumber + 1, arguments.RetryDelay);
                return ValueTask.CompletedTask;
            },
        }).Build();
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        return await _retries.ExecuteAsync(async _ => await base.GetResponseAsync(prompt, options, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        IAsyncEnumerator<ChatResponseUpdate>? answer = await _retries.ExecuteAsync(
            async _ => await BegunAnswer.OfAsync(base.GetStreamingResponseAsync(prompt, options, cancellationToken), cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            yield break;
        }

        await using ConfiguredAsyncDisposable own = answer.ConfigureAwait(false);
        do
        {
            yield return answer.Current;
        }
        while (await answer.MoveNextAsync().ConfigureAwait(false));
    }

    private static TimeSpan? RetryAfter(Exception? failure) => (failure as ModelProviderException)?.RetryAfter;

    [LoggerMessage(262, LogLevel.Information, "A model has not answered; it is asked again, for the {Attempt}. time, in {Delay}.")]
    private static partial void Retried(ILogger logger, Exception? exception, int attempt, TimeSpan delay);
}
