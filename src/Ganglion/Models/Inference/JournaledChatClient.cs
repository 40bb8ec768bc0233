using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ganglion.Agents;
using Ganglion.Models.Streaming;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Models.Inference;

/// <summary>
/// The client of a handler that may be run again: each call is a durable step of it, so a model is not asked again what it has answered already. What awaits it goes on where the handler
/// runs, so nothing that leaves it (<c>ConfigureAwait(false)</c>) may be put around it, only inside of it.
/// </summary>
internal sealed class JournaledChatClient(AgentContext context, IChatClient inner, InferenceOptions options) : IChatClient
{
    /// <summary>Which turns of a conversation the prompts have.</summary>
    public TurnRange? Turns { get; init; }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ModelCall call = await CallAsync([.. messages], options).ConfigureAwait(true);
        return call.ToResponse();
    }

    // What is on the log is all there at once.
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ModelCall call = await CallAsync([.. messages], options).ConfigureAwait(true);
        foreach (ChatResponseUpdate update in call.ToResponse().ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : inner.GetService(serviceType, serviceKey);
    }

    /// <summary>Does nothing: the model is the handler's.</summary>
    public void Dispose()
    {
    }

    private async Task<ModelCall> CallAsync(ChatMessage[] prompt, ChatOptions? chat)
    {
        var services = (context.Services.GetService<ModelPrices>(), options.StreamTo is null ? null : context.Services.GetRequiredService<AnswerStreams>());
        ModelCall call = await context.RunAsync(options.Name, effect => AskAsync(prompt, chat, services, effect), options.Dependency).ConfigureAwait(true);
        ModelCallEntry.Publish(context, call);
        return call;
    }

    private async Task<ModelCall> AskAsync(ChatMessage[] prompt, ChatOptions? chat, (ModelPrices? Prices, AnswerStreams? Streams) services, EffectContext effect)
    {
        long started = Stopwatch.GetTimestamp();
        ChatResponse response = services.Streams is { } streams
            ? await ShowAsync(prompt, chat, AnswerStream.Begin(streams, options.StreamTo!, context, effect, options.Name), effect.CancellationToken).ConfigureAwait(false)
            : await inner.GetResponseAsync(prompt, chat, effect.CancellationToken).ConfigureAwait(false);
        var metadata = inner.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
        string? model = response.ModelId ?? chat?.ModelId ?? metadata?.DefaultModelId;
        return ModelCall.Of(response) with
        {
            Model = model,
            Provider = metadata?.ProviderName,
            PromptHash = PromptHash.Of(prompt, chat),
            Messages = prompt.Length,
            Turns = Turns,
            Parameters = ModelParameters.Of(chat),
            Cost = services.Prices?.Of(model).Of(response.Usage?.InputTokenCount ?? 0, response.Usage?.OutputTokenCount ?? 0) ?? 0,
            Duration = Stopwatch.GetElapsedTime(started),
        };
    }

    // Others read along while the answer is made.
    private async Task<ChatResponse> ShowAsync(ChatMessage[] prompt, ChatOptions? chat, AnswerStream stream, CancellationToken cancellationToken)
    {
        ChatFinishReason? finish = null;
        try
        {
            var updates = new List<ChatResponseUpdate>();
            await foreach (ChatResponseUpdate update in inner.GetStreamingResponseAsync(prompt, chat, cancellationToken).ConfigureAwait(false))
            {
                updates.Add(update);
                stream.Add(update.Text);
            }

            ChatResponse response = updates.ToChatResponse();
            finish = response.FinishReason ?? ChatFinishReason.Stop;
            return response;
        }
        finally
        {
            await stream.EndAsync(finish).ConfigureAwait(false);
        }
    }
}
