using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>
/// About how many tokens a text has, without the model's own tokeniser: rather too many than too few. Three bytes of UTF-8 are a token: for English that is
/// a third too many, and a character of Chinese is one.
/// </summary>
internal static class TokenEstimate
{
    /// <summary>How many bytes of UTF-8 are taken for a token.</summary>
    public const int BytesPerToken = 3;

    private const int PerMessage = 4;
    private const int PerAttachment = 1_000;

    public static long Of(IEnumerable<ChatMessage> messages, ChatOptions? options) =>
        messages.Sum(message => PerMessage + Of(message.Contents))
        + Of(options?.Instructions)
        + (options?.Tools ?? []).Sum(tool => PerMessage + Of(tool.Name) + Of(tool.Description) + (tool is AIFunctionDeclaration function ? Of(function.JsonSchema.GetRawText()) : 0));

    public static long Of(IEnumerable<AIContent> contents) => contents.Sum(static content => content switch
    {
        TextContent text => Of(text.Text),
        TextReasoningContent reasoning => Of(reasoning.Text),
        FunctionCallContent call => PerMessage + Of(call.Name) + (call.Arguments ?? new Dictionary<string, object?>()).Sum(argument => Of(argument.Key) + Of(TextOf(argument.Value))),
        FunctionResultContent result => PerMessage + Of(TextOf(result.Result)),
        DataContent or UriContent => PerAttachment,
        _ => 0,
    });

    public static long Of(string? text) => text is null ? 0 : (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;

    private static string? TextOf(object? value) => value is JsonElement json ? json.GetRawText() : value?.ToString();
}
