using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Ganglion.Telemetry;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Models;

/// <summary>
/// Tells of each call of a model, under the names that OpenTelemetry has for it: a span <c>chat MODEL</c>, the metrics <c>gen_ai.client.operation.duration</c> and
/// <c>gen_ai.client.token.usage</c>, and what it cost as <c>ganglion.model.cost</c>. Prompts and answers are only logged, at the level Trace. Thread-safe, if the client is.
/// </summary>
public sealed partial class TelemetryChatClient : DelegatingChatClient
{
    private readonly ModelMetrics _metrics;
    private readonly ModelPrices _prices;
    private readonly UnfailingLogger _logger;
    private readonly ChatClientMetadata? _metadata;

    /// <summary>Puts telemetry around a client.</summary>
    /// <param name="innerClient">The client. It is disposed of with this one.</param>
    /// <param name="prices">What models cost. Default: nothing.</param>
    /// <param name="meters">Makes the instruments. Default: they are the client's own.</param>
    /// <param name="logger">Is told of prompts and answers, if it wants to have them at the level Trace.</param>
    public TelemetryChatClient(IChatClient innerClient, ModelPrices? prices = null, IMeterFactory? meters = null, ILogger<TelemetryChatClient>? logger = null)
        : base(innerClient)
    {
        _prices = prices ?? new ModelPrices(new Dictionary<string, ModelPrice>());
        _metrics = new ModelMetrics(meters);
        _logger = new UnfailingLogger(logger ?? (ILogger)NullLogger.Instance);
        _metadata = innerClient.GetService<ChatClientMetadata>();
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        TracedCall call = Begin(prompt, options);
        try
        {
            ChatResponse answer = await base.GetResponseAsync(prompt, options, cancellationToken).ConfigureAwait(false);
            call.Answered(answer);
            Answered(call, answer.Text);
            return answer;
        }
        catch (Exception exception)
        {
            call.Failed(exception);
            throw;
        }
        finally
        {
            call.End();
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        TracedCall call = Begin(prompt, options);
        List<string>? texts = _logger.IsEnabled(LogLevel.Trace) ? [] : null;
        try
        {
            IAsyncEnumerator<ChatResponseUpdate> answer = base.GetStreamingResponseAsync(prompt, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using ConfiguredAsyncDisposable own = answer.ConfigureAwait(false);
            while (true)
            {
                try
                {
                    if (!await answer.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }
                }
                catch (Exception exception)
                {
                    call.Failed(exception);
                    throw;
                }

                call.Came(answer.Current);
                texts?.Add(answer.Current.Text);
                yield return answer.Current;
            }

            if (texts is not null)
            {
                Answered(call, string.Concat(texts));
            }
        }
        finally
        {
            call.End();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _metrics.Dispose();
        }

        base.Dispose(disposing);
    }

    private TracedCall Begin(ChatMessage[] prompt, ChatOptions? options)
    {
        var call = new TracedCall(_metrics, _prices, _metadata, options);
        if (_logger.IsEnabled(LogLevel.Trace))
        {
            Asked(_logger, call.Model, string.Join('\n', prompt.Select(static message => $"{message.Role}: {message.Text}")));
        }

        return call;
    }

    private void Answered(TracedCall call, string text)
    {
        if (_logger.IsEnabled(LogLevel.Trace))
        {
            Answered(_logger, call.Model, text);
        }
    }

    [LoggerMessage(263, LogLevel.Trace, "The model {Model} is asked: {Prompt}")]
    private static partial void Asked(ILogger logger, string? model, string prompt);

    [LoggerMessage(264, LogLevel.Trace, "The model {Model} has answered: {Answer}")]
    private static partial void Answered(ILogger logger, string? model, string answer);
}
