using System.Text;
using System.Text.Json;
using Ganglion.Models.Http;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Ollama;

/// <summary>Puts a call into the words of Ollama.</summary>
internal static class OllamaRequests
{
    private static readonly JsonElement AnyJson = JsonElement.Parse("\"json\"");

    /// <exception cref="ArgumentException">The call names no model, or has something in it that Ollama cannot be told.</exception>
    public static byte[] Write(IEnumerable<ChatMessage> messages, ChatOptions? options, OllamaOptions settings, bool isStreamed)
    {
        string model = options?.ModelId ?? settings.Model
            ?? throw new ArgumentException("The call names no model, and there is none for such calls: set OllamaOptions.Model, OLLAMA_MODEL, or ChatOptions.ModelId.", nameof(options));
        Dictionary<string, JsonElement> more = ToolJson.ExtrasOf(options);
        JsonElement? keepAlive = more.Remove("keep_alive", out JsonElement kept) ? kept : settings.KeepAlive is { } time ? ToolJson.ElementOf(time < TimeSpan.Zero ? -1 : time.TotalSeconds) : null;
        JsonElement? think = more.Remove("think", out JsonElement thinks) ? thinks : ThinkOf(options, settings);
        var request = new OllamaRequest(model, MessagesOf(messages, options), isStreamed)
        {
            Tools = ToolsOf(options),
            Format = options?.ResponseFormat is ChatResponseFormatJson json ? json.Schema ?? AnyJson : null,
            KeepAlive = keepAlive,
            Think = think,
            Options = ParametersOf(options, more),
        };
        return JsonSerializer.SerializeToUtf8Bytes(request, OllamaJson.Default.OllamaRequest);
    }

    private static List<OllamaMessage> MessagesOf(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var told = new List<OllamaMessage>();
        if (!string.IsNullOrEmpty(options?.Instructions))
        {
            told.Add(new OllamaMessage { Role = "system", Content = options.Instructions });
        }

        // A result names its tool, not its call.
        var tools = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ChatMessage message in messages)
        {
            Add(told, message, tools);
        }

        return told;
    }

    private static void Add(List<OllamaMessage> told, ChatMessage message, Dictionary<string, string> tools)
    {
        var text = new StringBuilder();
        string? thinking = null;
        List<string>? images = null;
        List<OllamaToolCall>? calls = null;
        bool hasResults = false;
        foreach (AIContent content in message.Contents)
        {
            switch (content)
            {
                case TextContent words:
                    text.Append(words.Text);
                    break;
                case TextReasoningContent reasoning:
                    thinking += reasoning.Text;
                    break;
                case DataContent image when image.HasTopLevelMediaType("image"):
                    (images ??= []).Add(image.Base64Data.ToString());
                    break;
                case FunctionCallContent call:
                    tools[call.CallId] = call.Name;
                    (calls ??= []).Add(new OllamaToolCall { Function = new OllamaCalledFunction { Name = call.Name, Arguments = ToolJson.ArgumentsOf(call) } });
                    break;
                case FunctionResultContent result:
                    hasResults = true;
                    told.Add(new OllamaMessage { Role = "tool", Content = ToolJson.TextOf(result), ToolName = tools.GetValueOrDefault(result.CallId) });
                    break;
                case UsageContent or ErrorContent:
                    break;
                default:
                    throw new ArgumentException($"Ollama cannot be told a {content.GetType().Name}{(content is DataContent data ? $" of {data.MediaType}" : "")}: send text, images by their bytes, or calls and results of tools.", nameof(message));
            }
        }

        if (text.Length > 0 || images is not null || calls is not null || thinking is not null || !hasResults)
        {
            told.Add(new OllamaMessage { Role = message.Role.Value, Content = text.ToString(), Thinking = thinking, Images = images, ToolCalls = calls });
        }
    }

    private static List<OllamaTool>? ToolsOf(ChatOptions? options) => options is not { Tools.Count: > 0 } || options.ToolMode is NoneChatToolMode
        ? null
        : [.. options.Tools.Select(tool => tool is AIFunctionDeclaration function
            ? new OllamaTool("function", new OllamaFunction(function.Name, function.Description, function.JsonSchema))
            : throw new ArgumentException($"Ollama cannot be given the tool {tool.Name}: give it functions.", nameof(options)))];

    private static JsonElement? ThinkOf(ChatOptions? options, OllamaOptions settings) => options?.Reasoning?.Effort switch
    {
        ReasoningEffort.None => ToolJson.ElementOf(false),
        ReasoningEffort.Low => ToolJson.ElementOf("low"),
        ReasoningEffort.Medium => ToolJson.ElementOf("medium"),
        ReasoningEffort.High or ReasoningEffort.ExtraHigh => ToolJson.ElementOf("high"),
        _ => settings.Think is { } think ? ToolJson.ElementOf(think) : null,
    };

    private static Dictionary<string, JsonElement>? ParametersOf(ChatOptions? options, Dictionary<string, JsonElement> parameters)
    {
        if (options is not null)
        {
            Set("temperature", options.Temperature);
            Set("top_p", options.TopP);
            Set("top_k", options.TopK);
            Set("num_predict", options.MaxOutputTokens);
            Set("seed", options.Seed);
            Set("frequency_penalty", options.FrequencyPenalty);
            Set("presence_penalty", options.PresencePenalty);
            if (options.StopSequences is { Count: > 0 } stops)
            {
                parameters.TryAdd("stop", ToolJson.ElementOf(stops.ToArray()));
            }
        }

        return parameters.Count == 0 ? null : parameters;

        void Set(string name, object? value)
        {
            if (value is not null)
            {
                parameters.TryAdd(name, ToolJson.ElementOf(value));
            }
        }
    }

}
