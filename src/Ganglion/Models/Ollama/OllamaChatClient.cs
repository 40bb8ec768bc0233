using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Ganglion.Models.Http;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Ollama;

/// <summary>
/// Asks models of Ollama by its own API: whole and streamed answers, tools, JSON by a schema, images, thoughts. What a call sets by <see cref="ChatOptions.AdditionalProperties"/> are parameters of
/// the model (<c>num_ctx</c>, …), <c>keep_alive</c> or <c>think</c>. Thread-safe.
/// </summary>
public sealed class OllamaChatClient : IChatClient
{
    /// <summary>The provider in its <see cref="ChatClientMetadata"/>: <c>ollama</c>.</summary>
    public const string Provider = "ollama";

    private readonly OllamaOptions _options;
    private readonly ModelServer _server;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Makes a client. Nothing is asked yet.</summary>
    /// <param name="options">Which model, and where.</param>
    /// <param name="httpClient">Makes the requests; its own time limit counts beside <see cref="OllamaOptions.Timeout"/>. Default: one of the client's own, disposed of with it.</param>
    /// <exception cref="ArgumentException">The endpoint is no address.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public OllamaChatClient(OllamaOptions? options = null, HttpClient? httpClient = null)
    {
        _options = (options ?? new OllamaOptions()) with { };
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Timeout, TimeSpan.FromMilliseconds(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Timeout, TimeSpan.FromDays(1), nameof(options));
        Uri address = ServerAddress.Parse(_options.Endpoint, "/", "/chat", "/api");
        var faults = new ProviderFaults(
            "Ollama", address, "Start Ollama there (`ollama serve`), or set OLLAMA_BASE_URL to where it is.", _options.Timeout, _options.TimeProvider, secret: null);
        _server = new ModelServer(address, httpClient, faults, static _ => { }, _options.Timeout, _options.TimeProvider);
        _metadata = new ChatClientMetadata(Provider, address, _options.Model);
    }

    /// <summary>The models that Ollama has here.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ModelProviderException">It does not say.</exception>
    public async Task<IReadOnlyList<AvailableModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        using ServerAnswer answer = await _server.SendAsync(HttpMethod.Get, "api/tags", null, isStreamed: false, cancellationToken).ConfigureAwait(false);
        OllamaTags tags = await answer.ReadAsync(OllamaJson.Default.OllamaTags, cancellationToken).ConfigureAwait(false);
        return
        [
            .. from tag in tags.Models ?? throw _server.Faults.Malformed()
               let name = tag?.Model ?? tag?.Name
               where name is not null
               select new AvailableModel(name) { Bytes = tag.Size, ChangedAt = TimeOf(tag.ModifiedAt) },
        ];
    }

    /// <inheritdoc/>
    /// <exception cref="ModelProviderException">There is no answer.</exception>
    /// <exception cref="ArgumentException">The call names no model, or has something in it that Ollama cannot be told.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await AskAsync(messages, options, isStreamed: false, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="ModelProviderException">There is no answer, or no more of it.</exception>
    /// <exception cref="ArgumentException">The call names no model, or has something in it that Ollama cannot be told.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => AskAsync(messages, options, isStreamed: true, cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _server.Dispose();

    private async IAsyncEnumerable<ChatResponseUpdate> AskAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, bool isStreamed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        byte[] request = OllamaRequests.Write(messages, options, _options, isStreamed);
        using ServerAnswer answer = await _server.SendAsync(HttpMethod.Post, "api/chat", request, isStreamed, cancellationToken).ConfigureAwait(false);
        string id = Guid.NewGuid().ToString("N");
        bool hasCalls = false;
        await foreach (OllamaPart part in answer.ReadLinesAsync(OllamaJson.Default.OllamaPart, cancellationToken).ConfigureAwait(false))
        {
            if (part.Error.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            {
                throw _server.Faults.Told(part.Error);
            }

            List<AIContent> contents = ContentsOf(part);
            hasCalls |= contents.Exists(static content => content is FunctionCallContent);
            if (part.Done || contents.Count > 0)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, contents)
                {
                    ResponseId = id,
                    MessageId = id,
                    ModelId = part.Model ?? options?.ModelId ?? _options.Model,
                    CreatedAt = TimeOf(part.CreatedAt),
                    FinishReason = part.Done ? ReasonOf(part, hasCalls) : null,
                };
            }

            if (part.Done)
            {
                yield break;
            }
        }

        throw _server.Faults.CutOff();
    }

    private List<AIContent> ContentsOf(OllamaPart part)
    {
        var contents = new List<AIContent>();
        if (part.Message is { Thinking.Length: > 0 } thought)
        {
            contents.Add(new TextReasoningContent(thought.Thinking));
        }

        if (part.Message is { Content.Length: > 0 } said)
        {
            contents.Add(new TextContent(said.Content));
        }

        foreach (OllamaToolCall? call in part.Message?.ToolCalls ?? [])
        {
            string name = call?.Function?.Name ?? throw _server.Faults.Malformed();
            contents.Add(ToolJson.Call(string.IsNullOrEmpty(call.Id) ? $"call_{Guid.NewGuid():N}" : call.Id, name, ArgumentsOf(call.Function.Arguments)));
        }

        if (part.Done && (part.PromptEvalCount ?? part.EvalCount) is not null)
        {
            contents.Add(new UsageContent(new UsageDetails
            {
                InputTokenCount = part.PromptEvalCount,
                OutputTokenCount = part.EvalCount,
                TotalTokenCount = part.PromptEvalCount + part.EvalCount,
            }));
        }

        return contents;
    }

    private string? ArgumentsOf(JsonElement arguments) => arguments.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => _server.Faults.WordsOf(arguments),
        _ => arguments.GetRawText(),
    };

    private static ChatFinishReason ReasonOf(OllamaPart part, bool hasCalls) => part.DoneReason switch
    {
        null or "" or "stop" => hasCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
        string reason => new ChatFinishReason(reason),
    };

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
}
