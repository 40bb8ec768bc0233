using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>
/// A model that is none: rules over the prompt say what it answers, the same to the same prompt, without any network. For samples, for tests, and for trying things out before there is a
/// model. Whoever asks what it is gets the provider <c>scripted</c>. Thread-safe, if the rules are.
/// </summary>
/// <remarks>Usage is estimated, three bytes for a token. A streamed answer comes word by word, its usage last.</remarks>
public sealed class ScriptedChatClient : IChatClient
{
    /// <summary>The provider in its <see cref="ChatClientMetadata"/>: <c>scripted</c>.</summary>
    public const string Provider = "scripted";

    private readonly ScriptedRule[] _rules;
    private readonly ScriptedChatOptions _options;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Makes a model of rules.</summary>
    /// <param name="model">What the model is called. It stays so, whichever model a call asks for.</param>
    /// <param name="rules">What it answers: the first rule that fits.</param>
    /// <param name="options">What it answers otherwise, and how long it takes.</param>
    /// <exception cref="ArgumentException">The model has no name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time that an answer takes is negative, or longer than a day.</exception>
    public ScriptedChatClient(string model, IEnumerable<ScriptedRule> rules, ScriptedChatOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ArgumentNullException.ThrowIfNull(rules);
        _options = options ?? new ScriptedChatOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.AnswerTime, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.AnswerTime, TimeSpan.FromDays(1), nameof(options));
        _rules = [.. rules];
        _metadata = new ChatClientMetadata(Provider, defaultModelId: model);
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var prompt = new ScriptedPrompt(messages, options);
        ChatMessage answer = Answer(prompt);
        await Task.Delay(_options.AnswerTime, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        return new ChatResponse(answer)
        {
            ModelId = _metadata.DefaultModelId,
            FinishReason = EndOf(answer),
            Usage = UsageOf(prompt, answer),
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var prompt = new ScriptedPrompt(messages, options);
        ChatMessage answer = Answer(prompt);
        string[] words = [.. WordsOf(answer.Text)];
        foreach (string word in words)
        {
            await Task.Delay(_options.AnswerTime / words.Length, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            yield return new ChatResponseUpdate(ChatRole.Assistant, word) { ModelId = _metadata.DefaultModelId };
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, [.. answer.Contents.Where(content => content is not TextContent), new UsageContent(UsageOf(prompt, answer))])
        {
            ModelId = _metadata.DefaultModelId,
            FinishReason = EndOf(answer),
        };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Does nothing: it holds nothing.</summary>
    public void Dispose()
    {
    }

    private ChatMessage Answer(ScriptedPrompt prompt) =>
        _rules.Select(rule => rule.Answer(prompt)).FirstOrDefault(answer => answer is not null) ?? new ChatMessage(ChatRole.Assistant, _options.DefaultAnswer);

    private static ChatFinishReason EndOf(ChatMessage answer) =>
        answer.Contents.Any(content => content is FunctionCallContent) ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;

    private static UsageDetails UsageOf(ScriptedPrompt prompt, ChatMessage answer)
    {
        long input = TokenEstimate.Of(prompt.Messages, prompt.Options), output = TokenEstimate.Of(answer.Contents);
        return new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output };
    }

    // Each with the spaces behind it, so that together they are the answer.
    private static IEnumerable<string> WordsOf(string answer)
    {
        int start = 0;
        for (int index = 1; index < answer.Length; index++)
        {
            if (char.IsWhiteSpace(answer[index - 1]) && !char.IsWhiteSpace(answer[index]))
            {
                yield return answer[start..index];
                start = index;
            }
        }

        if (start < answer.Length)
        {
            yield return answer[start..];
        }
    }
}
