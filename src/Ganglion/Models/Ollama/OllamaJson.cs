using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ganglion.Models.Ollama;

/// <summary>What is sent to Ollama and comes from it: https://github.com/ollama/ollama/blob/main/docs/api.md.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(OllamaRequest))]
[JsonSerializable(typeof(OllamaPart))]
[JsonSerializable(typeof(OllamaTags))]
internal sealed partial class OllamaJson : JsonSerializerContext;

/// <summary>A call.</summary>
internal sealed record OllamaRequest(string Model, List<OllamaMessage> Messages, bool Stream)
{
    public List<OllamaTool>? Tools { get; init; }

    public JsonElement? Format { get; init; }

    public Dictionary<string, JsonElement>? Options { get; init; }

    public JsonElement? KeepAlive { get; init; }

    public JsonElement? Think { get; init; }
}

internal sealed record OllamaMessage
{
    public string? Role { get; init; }

    public string? Content { get; init; }

    public string? Thinking { get; init; }

    public List<string>? Images { get; init; }

    public List<OllamaToolCall>? ToolCalls { get; init; }

    public string? ToolName { get; init; }
}

internal sealed record OllamaToolCall
{
    public string? Id { get; init; }

    public OllamaCalledFunction? Function { get; init; }
}

internal sealed record OllamaCalledFunction
{
    public string? Name { get; init; }

    public JsonElement Arguments { get; init; }
}

internal sealed record OllamaTool(string Type, OllamaFunction Function);

internal sealed record OllamaFunction(string Name, string? Description, JsonElement Parameters);

/// <summary>A part of an answer, or all of it.</summary>
internal sealed record OllamaPart
{
    public string? Model { get; init; }

    public string? CreatedAt { get; init; }

    public OllamaMessage? Message { get; init; }

    public bool Done { get; init; }

    public string? DoneReason { get; init; }

    public long? PromptEvalCount { get; init; }

    public long? EvalCount { get; init; }

    public JsonElement Error { get; init; }
}

internal sealed record OllamaTags
{
    public List<OllamaTag>? Models { get; init; }
}

internal sealed record OllamaTag
{
    public string? Name { get; init; }

    public string? Model { get; init; }

    public string? ModifiedAt { get; init; }

    public long? Size { get; init; }
}
