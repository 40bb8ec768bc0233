using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Inference;

/// <summary>Names what a model is asked: the same messages and parameters have the same hash, in every process and for good.</summary>
internal static class PromptHash
{
    private static readonly JsonTypeInfo Contents = AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IList<AIContent>));

    /// <summary>Hashes a prompt.</summary>
    /// <param name="messages">The messages: their roles, authors and contents count.</param>
    /// <param name="options">What is said beside them.</param>
    /// <returns>A SHA-256 in hexadecimal digits.</returns>
    public static string Of(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ChatMessage message in messages)
        {
            Add(hash, message.Role.Value);
            Add(hash, message.AuthorName);
            Add(hash, JsonSerializer.SerializeToUtf8Bytes(message.Contents, Contents));
        }

        var parameters = ModelParameters.Of(options);
        Add(hash, JsonSerializer.SerializeToUtf8Bytes(parameters with { Tools = null }, InferenceJson.Default.ModelParameters));
        Add(hash, options?.Instructions);
        foreach (AITool tool in options?.Tools ?? [])
        {
            Add(hash, tool.Name);
            Add(hash, tool.Description);
            Add(hash, tool is AIFunctionDeclaration function ? function.JsonSchema.GetRawText() : null);
        }

        Add(hash, (options?.ResponseFormat as ChatResponseFormatJson)?.Schema?.GetRawText());
        foreach (string stop in options?.StopSequences ?? [])
        {
            Add(hash, stop);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string? text) => Add(hash, Encoding.UTF8.GetBytes(text ?? ""));

    // With its length before it, so that no two parts run into one another.
    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
