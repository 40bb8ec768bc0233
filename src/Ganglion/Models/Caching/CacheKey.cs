using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ganglion.Models.Inference;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Caching;

/// <summary>
/// Names all that an answer depends on: the prompt, everything that was said beside it, the model, who serves it and where, and the scope. It is a SHA-256, so nobody finds out a prompt by it but who
/// knows that prompt.
/// </summary>
internal static class CacheKey
{
    /// <summary>How many characters a key has.</summary>
    public const int Length = 64;

    private static readonly JsonTypeInfo Options = AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatOptions));

    /// <summary>The key of a call.</summary>
    /// <returns>The key in hexadecimal digits; <see langword="null"/> if there is none, since its answer depends on something that is not to be seen.</returns>
    public static string? Of(IReadOnlyList<ChatMessage> prompt, ChatOptions? options, ChatClientMetadata? client, string scope)
    {
        try
        {
            if (options is not null && !IsVisible(options))
            {
                return null;
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Add(hash, Encoding.UTF8.GetBytes(PromptHash.Of(prompt, options)));
            Add(hash, options is null ? [] : JsonSerializer.SerializeToUtf8Bytes(options, Options));
            Add(hash, Encoding.UTF8.GetBytes(client?.ProviderName ?? ""));
            Add(hash, Encoding.UTF8.GetBytes(client?.ProviderUri?.OriginalString ?? ""));
            Add(hash, Encoding.UTF8.GetBytes(options?.ModelId ?? client?.DefaultModelId ?? ""));
            Add(hash, Encoding.UTF8.GetBytes(scope));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException)
        {
            // It carries an object of the caller's own.
            return null;
        }
    }

    /// <summary>What stands for a key in memory.</summary>
    /// <returns><see langword="false"/>: it is no key.</returns>
    public static bool TryShorten(string key, out UInt128 id)
    {
        id = 0;
        return key.Length == Length && UInt128.TryParse(key.AsSpan(0, Length / 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
    }

    // A conversation that the provider keeps, a request that only the client knows, a tool that the provider has by itself.
    private static bool IsVisible(ChatOptions options) =>
        options.GetType() == typeof(ChatOptions)
        && options is { ConversationId: null, ContinuationToken: null, RawRepresentationFactory: null, AllowBackgroundResponses: not true }
        && (options.Tools ?? []).All(static tool => tool is AIFunctionDeclaration);

    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
