using System.Text.Json;
using Ganglion.Models.Http;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.OpenAI;

/// <summary>Puts messages into the words of OpenAI.</summary>
internal static class OpenAIMessages
{
    /// <summary>The code of an <see cref="ErrorContent"/> in which a model refuses.</summary>
    public const string Refusal = "refusal";

    /// <exception cref="ArgumentException">They have something in them that cannot be told.</exception>
    public static List<OpenAIMessage> Of(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var told = new List<OpenAIMessage>();
        if (!string.IsNullOrEmpty(options?.Instructions))
        {
            told.Add(new OpenAIMessage { Role = "system", Content = ToolJson.ElementOf(options.Instructions) });
        }

        foreach (ChatMessage message in messages)
        {
            Add(told, message);
        }

        return told;
    }

    private static void Add(List<OpenAIMessage> told, ChatMessage message)
    {
        var parts = new List<OpenAIContent>();
        List<OpenAIToolCall>? calls = null;
        string? refusal = null;
        bool hasResults = false;
        foreach (AIContent content in message.Contents)
        {
            switch (content)
            {
                case FunctionCallContent call:
                    (calls ??= []).Add(new OpenAIToolCall
                    {
                        Id = call.CallId,
                        Type = "function",
                        Function = new OpenAICalledFunction { Name = call.Name, Arguments = ToolJson.ElementOf(ToolJson.ArgumentsOf(call).GetRawText()) },
                    });
                    break;
                case FunctionResultContent result:
                    hasResults = true;
                    told.Add(new OpenAIMessage { Role = "tool", Content = ToolJson.ElementOf(ToolJson.TextOf(result)), ToolCallId = result.CallId });
                    break;
                case ErrorContent { ErrorCode: Refusal } refused:
                    refusal = refused.Message;
                    break;
                case UsageContent or ErrorContent or TextReasoningContent:
                    break;
                default:
                    parts.Add(PartOf(content));
                    break;
            }
        }

        if (parts.Count > 0 || calls is not null || refusal is not null || !hasResults)
        {
            told.Add(new OpenAIMessage { Role = message.Role.Value, Content = ContentOf(parts, mayBeMissing: calls is not null || refusal is not null), ToolCalls = calls, Refusal = refusal });
        }
    }

    // What is text alone is told as such: not every server knows parts.
    private static JsonElement? ContentOf(List<OpenAIContent> parts, bool mayBeMissing) =>
        parts.Count == 0 && mayBeMissing ? null
        : parts.TrueForAll(static part => part.Text is not null) ? ToolJson.ElementOf(string.Concat(parts.Select(static part => part.Text)))
        : JsonSerializer.SerializeToElement(parts, OpenAIJson.Default.ListOpenAIContent);

    private static OpenAIContent PartOf(AIContent content) => content switch
    {
        TextContent text => new OpenAIContent("text") { Text = text.Text },
        DataContent image when image.HasTopLevelMediaType("image") => new OpenAIContent("image_url") { ImageUrl = new OpenAIImage(image.Uri) },
        UriContent image when image.HasTopLevelMediaType("image") => new OpenAIContent("image_url") { ImageUrl = new OpenAIImage(image.Uri.AbsoluteUri) },
        DataContent { MediaType: "audio/wav" or "audio/x-wav" } audio => new OpenAIContent("input_audio") { InputAudio = new OpenAIAudio(audio.Base64Data.ToString(), "wav") },
        DataContent { MediaType: "audio/mpeg" or "audio/mp3" } audio => new OpenAIContent("input_audio") { InputAudio = new OpenAIAudio(audio.Base64Data.ToString(), "mp3") },
        DataContent { MediaType: "application/pdf" } file => new OpenAIContent("file") { File = new OpenAIFile { Filename = file.Name ?? "document.pdf", FileData = file.Uri } },
        HostedFileContent file => new OpenAIContent("file") { File = new OpenAIFile { FileId = file.FileId } },
        _ => throw new ArgumentException(
            $"This API cannot be told a {content.GetType().Name}{(content is DataContent data ? $" of {data.MediaType}" : "")}: send text, images, audio (WAV, MP3), PDF, or calls and results of tools.",
            nameof(content)),
    };
}
