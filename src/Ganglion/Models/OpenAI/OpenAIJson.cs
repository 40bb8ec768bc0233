using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ganglion.Models.OpenAI;

/// <summary>What is sent to OpenAI and comes from it: https://platform.openai.com/docs/api-reference/chat.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(OpenAIRequest))]
[JsonSerializable(typeof(OpenAIPart))]
[JsonSerializable(typeof(OpenAIModels))]
[JsonSerializable(typeof(List<OpenAIContent>))]
[JsonSerializable(typeof(string))]
internal sealed partial class OpenAIJson : JsonSerializerContext;

/// <summary>A call.</summary>
internal sealed record OpenAIRequest(string Model, List<OpenAIMessage> Messages, bool Stream)
{
    public OpenAIStreamOptions? StreamOptions { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public float? FrequencyPenalty { get; init; }

    public float? PresencePenalty { get; init; }

    public long? Seed { get; init; }

    public IList<string>? Stop { get; init; }

    public int? MaxTokens { get; init; }

    public int? MaxCompletionTokens { get; init; }

    public string? ReasoningEffort { get; init; }

    public List<OpenAITool>? Tools { get; init; }

    public JsonElement? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public OpenAIResponseFormat? ResponseFormat { get; init; }
}

internal sealed record OpenAIStreamOptions(bool IncludeUsage);

/// <summary>A message, or a part of one.</summary>
internal sealed record OpenAIMessage
{
    public string? Role { get; init; }

    public JsonElement? Content { get; init; }

    public string? Refusal { get; init; }

    public JsonElement? ReasoningContent { get; init; }

    public JsonElement? Reasoning { get; init; }

    public List<OpenAIToolCall>? ToolCalls { get; init; }

    public string? ToolCallId { get; init; }
}

internal sealed record OpenAIContent(string Type)
{
    public string? Text { get; init; }

    public OpenAIImage? ImageUrl { get; init; }

    public OpenAIAudio? InputAudio { get; init; }

    public OpenAIFile? File { get; init; }
}

internal sealed record OpenAIImage(string Url);

internal sealed record OpenAIAudio(string Data, string Format);

internal sealed record OpenAIFile
{
    public string? Filename { get; init; }

    public string? FileData { get; init; }

    public string? FileId { get; init; }
}

internal sealed record OpenAIToolCall
{
    public int? Index { get; init; }

    public string? Id { get; init; }

    public string? Type { get; init; }

    public OpenAICalledFunction? Function { get; init; }
}

internal sealed record OpenAICalledFunction
{
    public string? Name { get; init; }

    public JsonElement? Arguments { get; init; }
}

internal sealed record OpenAITool(string Type, OpenAIFunction Function);

internal sealed record OpenAIFunction(string Name, string? Description, JsonElement Parameters);

internal sealed record OpenAIResponseFormat(string Type)
{
    public OpenAISchema? JsonSchema { get; init; }
}

internal sealed record OpenAISchema(string Name, string? Description, JsonElement Schema, bool Strict);

/// <summary>A part of an answer, or all of it.</summary>
internal sealed record OpenAIPart
{
    public string? Id { get; init; }

    public string? Model { get; init; }

    public JsonElement? Created { get; init; }

    public List<OpenAIChoice>? Choices { get; init; }

    public OpenAIUsage? Usage { get; init; }

    public JsonElement? Error { get; init; }
}

internal sealed record OpenAIChoice
{
    public int? Index { get; init; }

    public OpenAIMessage? Message { get; init; }

    public OpenAIMessage? Delta { get; init; }

    public string? FinishReason { get; init; }
}

internal sealed record OpenAIUsage
{
    public long? PromptTokens { get; init; }

    public long? CompletionTokens { get; init; }

    public long? TotalTokens { get; init; }

    public OpenAITokenDetails? PromptTokensDetails { get; init; }

    public OpenAITokenDetails? CompletionTokensDetails { get; init; }
}

internal sealed record OpenAITokenDetails
{
    public long? CachedTokens { get; init; }

    public long? ReasoningTokens { get; init; }
}

internal sealed record OpenAIModels
{
    public List<OpenAIModel>? Data { get; init; }
}

internal sealed record OpenAIModel
{
    public string? Id { get; init; }

    public JsonElement? Created { get; init; }

    public string? OwnedBy { get; init; }
}
