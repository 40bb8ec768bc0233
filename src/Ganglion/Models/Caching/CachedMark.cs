using Microsoft.Extensions.AI;

namespace Ganglion.Models.Caching;

/// <summary>What tells an answer that was there already from one for which a model was asked.</summary>
internal static class CachedMark
{
    public static bool IsSet(ChatResponse response) =>
        response.AdditionalProperties is { } properties && properties.TryGetValue(CachedChatClient.CachedProperty, out bool isCached) && isCached;

    /// <summary>Marks an answer: its usage is none, and what it took lies beside it.</summary>
    public static void Set(ChatResponse response)
    {
        AdditionalPropertiesDictionary properties = response.AdditionalProperties ??= [];
        properties[CachedChatClient.CachedProperty] = true;
        if (response.Usage is { } usage)
        {
            properties[CachedChatClient.UsageProperty] = usage;
        }

        response.Usage = None();
        foreach (ChatMessage message in response.Messages)
        {
            message.Contents = [.. message.Contents.Where(static content => content is not UsageContent)];
        }
    }

    /// <summary>Takes the usage out of a part of an answer: somebody else was told of it.</summary>
    public static void Unpay(ChatResponseUpdate part) => part.Contents = [.. part.Contents.Where(static content => content is not UsageContent)];

    /// <summary>The last part of a streamed answer that somebody else was told the usage of.</summary>
    public static ChatResponseUpdate End() => new()
    {
        Contents = [new UsageContent(None())],
        AdditionalProperties = new() { [CachedChatClient.CachedProperty] = true },
    };

    /// <summary>An answer whose lists and messages are its own.</summary>
    public static ChatResponse Copy(ChatResponse response) => new([.. response.Messages.Select(Copy)])
    {
        ResponseId = response.ResponseId,
        ConversationId = response.ConversationId,
        ContinuationToken = response.ContinuationToken,
        ModelId = response.ModelId,
        CreatedAt = response.CreatedAt,
        FinishReason = response.FinishReason,
        Usage = response.Usage,
        RawRepresentation = response.RawRepresentation,
        AdditionalProperties = response.AdditionalProperties?.Clone(),
    };

    private static UsageDetails None() => new() { InputTokenCount = 0, OutputTokenCount = 0, TotalTokenCount = 0 };

    private static ChatMessage Copy(ChatMessage message)
    {
        ChatMessage own = message.Clone();
        own.Contents = [.. message.Contents];
        return own;
    }
}
