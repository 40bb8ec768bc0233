using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.Models.Http;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.OpenAI;

/// <summary>Puts a call into the words of OpenAI.</summary>
internal static class OpenAIRequests
{
    private const string StrictKey = "strict";

    // What OpenAI asks of schemas that it is to hold to strictly.
    private static readonly AIJsonSchemaTransformOptions StrictSchema = new()
    {
        ConvertBooleanSchemas = true,
        DisallowAdditionalProperties = true,
        RequireAllProperties = true,
        MoveDefaultKeywordToDescription = true,
    };

    /// <exception cref="ArgumentException">The call names no model, or has something in it that cannot be told.</exception>
    public static byte[] Write(IEnumerable<ChatMessage> messages, ChatOptions? options, OpenAIOptions settings, bool isOfficial, bool isStreamed)
    {
        string model = options?.ModelId ?? settings.Model
            ?? throw new ArgumentException("The call names no model, and there is none for such calls: set OpenAIOptions.Model, OPENAI_MODEL, or ChatOptions.ModelId.", nameof(options));
        Dictionary<string, JsonElement> more = ToolJson.ExtrasOf(options);
        bool isStrict = !more.Remove(StrictKey, out JsonElement strict) || strict.ValueKind != JsonValueKind.False;
        var request = new OpenAIRequest(model, OpenAIMessages.Of(messages, options), isStreamed)
        {
            StreamOptions = isStreamed ? new OpenAIStreamOptions(IncludeUsage: true) : null,
            Temperature = options?.Temperature,
            TopP = options?.TopP,
            FrequencyPenalty = options?.FrequencyPenalty,
            PresencePenalty = options?.PresencePenalty,
            Seed = options?.Seed,
            Stop = options?.StopSequences is { Count: > 0 } stops ? stops : null,

            // The newer name is all that OpenAI's newer models know, and what many other servers do not.
            MaxTokens = isOfficial ? null : options?.MaxOutputTokens,
            MaxCompletionTokens = isOfficial ? options?.MaxOutputTokens : null,
            ReasoningEffort = EffortOf(options),
            Tools = ToolsOf(options),
            ToolChoice = ChoiceOf(options),
            ParallelToolCalls = options is { Tools.Count: > 0 } ? options.AllowMultipleToolCalls : null,
            ResponseFormat = FormatOf(options, isStrict),
        };
        if (options?.TopK is { } topK && !isOfficial)
        {
            more.TryAdd("top_k", ToolJson.ElementOf(topK));
        }

        if (more.Count == 0)
        {
            return JsonSerializer.SerializeToUtf8Bytes(request, OpenAIJson.Default.OpenAIRequest);
        }

        JsonObject whole = JsonSerializer.SerializeToNode(request, OpenAIJson.Default.OpenAIRequest)!.AsObject();
        foreach ((string name, JsonElement value) in more)
        {
            whole[name] = JsonValue.Create(value);
        }

        return Encoding.UTF8.GetBytes(whole.ToJsonString());
    }

    private static string? EffortOf(ChatOptions? options) => options?.Reasoning?.Effort switch
    {
        ReasoningEffort.None => "none",
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High => "high",
        ReasoningEffort.ExtraHigh => "xhigh",
        _ => null,
    };

    private static List<OpenAITool>? ToolsOf(ChatOptions? options) => options is not { Tools.Count: > 0 }
        ? null
        : [.. options.Tools.Select(tool => tool is AIFunctionDeclaration function
            ? new OpenAITool("function", new OpenAIFunction(function.Name, function.Description, function.JsonSchema))
            : throw new ArgumentException($"The tool {tool.Name} cannot be offered by this API: give it functions.", nameof(options)))];

    private static JsonElement? ChoiceOf(ChatOptions? options) => options is not { Tools.Count: > 0 } ? null : options.ToolMode switch
    {
        NoneChatToolMode => ToolJson.ElementOf("none"),
        AutoChatToolMode => ToolJson.ElementOf("auto"),
        RequiredChatToolMode { RequiredFunctionName: { } name } => ToolJson.ElementOf(new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name } }),
        RequiredChatToolMode => ToolJson.ElementOf("required"),
        _ => null,
    };

    private static OpenAIResponseFormat? FormatOf(ChatOptions? options, bool isStrict) => options?.ResponseFormat switch
    {
        ChatResponseFormatJson { Schema: { } schema } json => new OpenAIResponseFormat("json_schema")
        {
            JsonSchema = new OpenAISchema(NameOf(json), json.SchemaDescription, isStrict ? AIJsonUtilities.TransformSchema(schema, StrictSchema) : schema, isStrict),
        },
        ChatResponseFormatJson => new OpenAIResponseFormat("json_object"),
        _ => null,
    };

    // OpenAI takes 1 to 64 of a-z A-Z 0-9 _ -.
    private static string NameOf(ChatResponseFormatJson json)
    {
        string name = string.Concat((json.SchemaName ?? "").Take(64).Select(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' ? character : '_'));
        return name.Length == 0 ? "answer" : name;
    }
}
