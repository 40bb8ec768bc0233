using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Caching;

/// <summary>Answers as they are kept, and which of them are worth it.</summary>
internal static class AnswerJson
{
    private static readonly JsonTypeInfo Response = AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponse));

    /// <summary>
    /// Whether somebody else who asks the same would take it for an answer: it is whole, it has something in it, and what it has means the same in another process.
    /// </summary>
    public static bool IsWorthKeeping(ChatResponse response, bool withToolCalls)
    {
        bool isEnded = response.FinishReason == ChatFinishReason.Stop || (withToolCalls && response.FinishReason == ChatFinishReason.ToolCalls);
        AIContent[] contents = [.. response.Messages.SelectMany(static message => message.Contents).Where(static content => content is not UsageContent)];
        return isEnded
            && response is { ConversationId: null, ContinuationToken: null }
            && contents.Length > 0
            && contents.All(content => content is TextContent or TextReasoningContent or DataContent or UriContent || (withToolCalls && content is FunctionCallContent))
            && contents.Any(static content => content is not TextContent { Text: "" } and not TextReasoningContent);
    }

    /// <exception cref="JsonException">It cannot be written.</exception>
    /// <exception cref="NotSupportedException">It has something that is no JSON.</exception>
    public static byte[] Write(ChatResponse response) => JsonSerializer.SerializeToUtf8Bytes(response, Response);

    /// <exception cref="JsonException">It is no answer.</exception>
    public static ChatResponse Read(ReadOnlySpan<byte> json) =>
        (ChatResponse?)JsonSerializer.Deserialize(json, Response) is { Messages.Count: > 0 } response ? response : throw new JsonException("It is no answer of a model.");
}
