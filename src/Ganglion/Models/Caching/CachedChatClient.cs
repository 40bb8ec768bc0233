using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Caching;

/// <summary>
/// A client that does not ask a model again what it has answered: whoever says exactly the same, to the same model of the same provider and in the same scope, gets the answer that is kept
/// (<see cref="ModelCache"/>), also in another process. Those who ask the same at once make one call. What is wrong with the cache breaks no call: then the model is asked.
/// </summary>
/// <remarks>
/// <para>
/// Kept are answers that have ended by themselves (<see cref="ChatFinishReason.Stop"/>), and of calls with the temperature 0 only, if the options do not say more. Calls that depend on what is not to be seen
/// are passed on: those with <see cref="ChatOptions.ConversationId"/>, with <see cref="ChatOptions.RawRepresentationFactory"/>, with tools that the provider has by itself.
/// </para>
/// <para>
/// An answer that was there has no usage, and <see cref="CachedProperty"/> says so. A streamed one comes at once. Put it around what counts calls (<see cref="BudgetedChatClient"/>) and within a
/// chain of clients (<see cref="FallbackChatClient"/>), so that each model has its own answers.
/// </para>
/// </remarks>
public sealed class CachedChatClient : DelegatingChatClient
{
    /// <summary>The additional property of an answer for which no model was asked: <c>ganglion.cached</c>, which is <see langword="true"/>.</summary>
    public const string CachedProperty = "ganglion.cached";

    /// <summary>The additional property with the usage of the call that such an answer came of: <c>ganglion.cached.usage</c>.</summary>
    public const string UsageProperty = "ganglion.cached.usage";

    private readonly ModelCache _cache;
    private readonly CachedChatOptions _options;
    private readonly ChatClientMetadata? _metadata;

    /// <summary>Puts the cache around a client.</summary>
    /// <param name="innerClient">The client. It is disposed of with this one.</param>
    /// <param name="cache">The answers. They stay the caller's.</param>
    /// <param name="options">Which calls count.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public CachedChatClient(IChatClient innerClient, ModelCache cache, CachedChatOptions? options = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(cache);
        _cache = cache;
        _options = CachedChatOptions.Check(options);
        _metadata = innerClient.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        if (KeyOf(prompt, options) is not { } key)
        {
            return await base.GetResponseAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        }

        if (Read(key, _cache.Recall(key, _options.MaxAge), options) is { } known)
        {
            return known;
        }

        (SharedCall call, SharedCallReader reader) = Join(key, options, call => ended => AskAsync(call, key, prompt, options, ended));
        try
        {
            return await call.GetAsync(reader, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            call.Leave(reader);
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] prompt = [.. messages];
        if (KeyOf(prompt, options) is not { } key)
        {
            await foreach (ChatResponseUpdate part in base.GetStreamingResponseAsync(prompt, options, cancellationToken).ConfigureAwait(false))
            {
                yield return part;
            }

            yield break;
        }

        if (Read(key, _cache.Recall(key, _options.MaxAge), options) is { } known)
        {
            foreach (ChatResponseUpdate part in known.ToChatResponseUpdates())
            {
                yield return part;
            }

            yield break;
        }

        (SharedCall call, SharedCallReader reader) = Join(key, options, call => ended => StreamAsync(call, key, prompt, options, ended));
        try
        {
            await foreach (ChatResponseUpdate part in call.ReadAsync(reader, cancellationToken).ConfigureAwait(false))
            {
                yield return part;
            }
        }
        finally
        {
            call.Leave(reader);
        }
    }

    private string? KeyOf(ChatMessage[] prompt, ChatOptions? options)
    {
        bool isSteady = _options.AtAnyTemperature || options?.Temperature == 0;
        string? scope = !isSteady ? null : _options.ScopeOf is { } scopeOf ? scopeOf(prompt, options) : _options.Scope;
        return scope is null ? null : CacheKey.Of(prompt, options, _metadata, scope);
    }

    private (SharedCall Call, SharedCallReader Reader) Join(string key, ChatOptions? options, Func<SharedCall, Func<CancellationToken, Task<ChatResponse?>>> make)
    {
        while (true)
        {
            SharedCall call = _cache.Calls.GetOrAdd(key, _ => new SharedCall(_cache.AnswerBytes));
            if (call.Join(out bool isFirst) is { } reader)
            {
                if (isFirst)
                {
                    _ = MakeAsync(call, key, make(call));
                }
                else
                {
                    _cache.Metrics.Shared(_metadata, options);
                }

                return (call, reader);
            }

            Leave(key, call);
        }
    }

    private async Task MakeAsync(SharedCall call, string key, Func<CancellationToken, Task<ChatResponse?>> make)
    {
        await call.MakeAsync(make).ConfigureAwait(false);
        Leave(key, call);
    }

    private void Leave(string key, SharedCall call) => _cache.Calls.TryRemove(KeyValuePair.Create(key, call));

    private async Task<ChatResponse?> AskAsync(SharedCall call, string key, ChatMessage[] prompt, ChatOptions? options, CancellationToken ended)
    {
        if (await FindAsync(key, options, ended).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        ChatResponse response = await base.GetResponseAsync(prompt, options, ended).ConfigureAwait(false);
        Keep(key, response);
        return response;
    }

    private async Task<ChatResponse?> StreamAsync(SharedCall call, string key, ChatMessage[] prompt, ChatOptions? options, CancellationToken ended)
    {
        if (await FindAsync(key, options, ended).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        List<ChatResponseUpdate>? parts = [];
        await foreach (ChatResponseUpdate part in base.GetStreamingResponseAsync(prompt, options, ended).ConfigureAwait(false))
        {
            parts?.Add(part);
            if (!await call.AddAsync(part).ConfigureAwait(false))
            {
                parts = null;
                Leave(key, call);
            }
        }

        if (parts is not null)
        {
            Keep(key, parts.ToChatResponse());
        }

        return null;
    }

    private async ValueTask<ChatResponse?> FindAsync(string key, ChatOptions? options, CancellationToken cancellationToken)
    {
        ChatResponse? known = Read(key, await _cache.FindAsync(key, _options.MaxAge, cancellationToken).ConfigureAwait(false), options);
        if (known is null)
        {
            _cache.Metrics.Missed(_metadata, options);
        }

        return known;
    }

    private ChatResponse? Read(string key, KeptAnswer? found, ChatOptions? options)
    {
        if (found is not { } answer)
        {
            return null;
        }

        try
        {
            ChatResponse response = AnswerJson.Read(answer.Json.Span);
            CachedMark.Set(response);
            _cache.Metrics.Hit(_metadata, options);
            return response;
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or InvalidOperationException or FormatException or ArgumentException)
        {
            _cache.Drop(key, fault);
            return null;
        }
    }

    private void Keep(string key, ChatResponse response)
    {
        // What was there already, behind this one, is kept there.
        if (CachedMark.IsSet(response) || !AnswerJson.IsWorthKeeping(response, _options.WithToolCalls))
        {
            return;
        }

        try
        {
            _cache.Keep(key, AnswerJson.Write(response));
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or InvalidOperationException)
        {
            _cache.Refuse(fault);
        }
    }
}
