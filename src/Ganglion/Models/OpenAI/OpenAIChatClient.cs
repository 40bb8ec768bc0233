using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Ganglion.Models.Http;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.OpenAI;

/// <summary>
/// Asks models of OpenAI, or of any server that speaks as its API for chat does: whole and streamed answers, tools, JSON by a schema, images, audio, files. What a call sets by
/// <see cref="ChatOptions.AdditionalProperties"/> is handed on as it is, but for <c>strict</c>: <see langword="false"/> lets an answer differ from its schema. Thread-safe.
/// </summary>
/// <remarks>
/// A model that refuses says so in an <see cref="ErrorContent"/> of the code <c>refusal</c>. What compatible servers leave out is not missed, as long as an answer has an end.
/// </remarks>
public sealed class OpenAIChatClient : IChatClient
{
    /// <summary>The provider in its <see cref="ChatClientMetadata"/>: <c>openai</c>.</summary>
    public const string Provider = "openai";

    private readonly OpenAIOptions _options;
    private readonly ModelServer _server;
    private readonly ChatClientMetadata _metadata;
    private readonly bool _isOfficial;

    /// <summary>Makes a client. Nothing is asked yet.</summary>
    /// <param name="options">Which model, where, and who asks.</param>
    /// <param name="httpClient">Makes the requests; its own time limit counts beside <see cref="OpenAIOptions.Timeout"/>. Default: one of the client's own, disposed of with it.</param>
    /// <exception cref="ArgumentException">The endpoint is no address, or the key cannot be one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public OpenAIChatClient(OpenAIOptions? options = null, HttpClient? httpClient = null)
    {
        _options = (options ?? new OpenAIOptions()) with { };
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Timeout, TimeSpan.FromMilliseconds(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Timeout, TimeSpan.FromDays(1), nameof(options));
        string? key = HeaderValue(_options.ApiKey, "key");
        string? organization = HeaderValue(_options.Organization, "organization"), project = HeaderValue(_options.Project, "project");
        Uri address = ServerAddress.Parse(_options.Endpoint, "/v1", "/chat/completions", "/models");
        _isOfficial = address.Host.Equals("api.openai.com", StringComparison.OrdinalIgnoreCase);
        var faults = new ProviderFaults(
            _isOfficial ? "OpenAI" : "The model server", address, "See whether the address is right: Endpoint, or OPENAI_BASE_URL.", _options.Timeout, _options.TimeProvider, key);
        _server = new ModelServer(address, httpClient, faults, Introduce, _options.Timeout, _options.TimeProvider);
        _metadata = new ChatClientMetadata(Provider, address, _options.Model);

        void Introduce(HttpRequestHeaders headers)
        {
            if (key is not null)
            {
                headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            if (organization is not null)
            {
                headers.Add("OpenAI-Organization", organization);
            }

            if (project is not null)
            {
                headers.Add("OpenAI-Project", project);
            }
        }
    }

    /// <summary>The models that the key may ask.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ModelProviderException">The server does not say.</exception>
    public async Task<IReadOnlyList<AvailableModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        using ServerAnswer answer = await _server.SendAsync(HttpMethod.Get, "models", null, isStreamed: false, cancellationToken).ConfigureAwait(false);
        OpenAIModels models = await answer.ReadAsync(OpenAIJson.Default.OpenAIModels, cancellationToken).ConfigureAwait(false);
        return
        [
            .. from model in models.Data ?? throw _server.Faults.Malformed()
               let name = model?.Id
               where name is not null
               select new AvailableModel(name) { ChangedAt = OpenAIAnswer.TimeOf(model.Created), Owner = model.OwnedBy },
        ];
    }

    /// <inheritdoc/>
    /// <exception cref="ModelProviderException">There is no answer.</exception>
    /// <exception cref="ArgumentException">The call names no model, or has something in it that cannot be told.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await AskAsync(messages, options, isStreamed: false, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="ModelProviderException">There is no answer, or no more of it.</exception>
    /// <exception cref="ArgumentException">The call names no model, or has something in it that cannot be told.</exception>
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
        byte[] request = OpenAIRequests.Write(messages, options, _options, _isOfficial, isStreamed);
        using ServerAnswer answer = await _server.SendAsync(HttpMethod.Post, "chat/completions", request, isStreamed, cancellationToken).ConfigureAwait(false);
        var read = new OpenAIAnswer(_server.Faults, options?.ModelId ?? _options.Model);
        bool isWhole = false;

        // Some answer at once, though they were asked for a stream, or the other way round.
        if (answer.IsEvents ?? isStreamed)
        {
            await foreach (OpenAIPart? part in answer.ReadEventsAsync(OpenAIJson.Default.OpenAIPart, cancellationToken).ConfigureAwait(false))
            {
                if (part is null)
                {
                    isWhole = true;
                    break;
                }

                if (read.Read(part) is { } update)
                {
                    yield return update;
                }
            }
        }
        else
        {
            if (read.Read(await answer.ReadAsync(OpenAIJson.Default.OpenAIPart, cancellationToken).ConfigureAwait(false)) is { } update)
            {
                yield return update;
            }

            isWhole = true;
        }

        yield return isWhole || read.IsFinished ? read.End() : throw _server.Faults.CutOff();
    }

    // A line break behind a key is easily copied with it; what is wrong with a key is not shown.
    private static string? HeaderValue(string? text, string name)
    {
        string? value = text?.Trim();
        return string.IsNullOrEmpty(value) ? null
            : value.All(static character => character is > ' ' and < '\x7f') ? value
            : throw new ArgumentException($"The {name} has characters that none can have, such as spaces: set it anew.", nameof(text));
    }
}
