using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Http;

/// <summary>Calls of tools and their results, as providers want them.</summary>
internal static class ToolJson
{
    private static readonly JsonSerializerOptions Options = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };
    private static readonly JsonElement NoArguments = JsonElement.Parse("{}");
    private static readonly JsonElement Null = JsonElement.Parse("null");

    /// <summary>What a tool has returned, as a text.</summary>
    public static string TextOf(FunctionResultContent result) => result.Result switch
    {
        string text => text,
        null => result.Exception is null ? "" : "The tool has failed.",
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        JsonElement json => json.GetRawText(),
        TextContent content => content.Text,
        { } value => JsonSerializer.Serialize(value, Options.GetTypeInfo(value.GetType())),
    };

    /// <summary>What a tool is called with.</summary>
    public static JsonElement ArgumentsOf(FunctionCallContent call) => call.Arguments is not { Count: > 0 } arguments
        ? NoArguments
        : JsonSerializer.SerializeToElement(arguments, Options.GetTypeInfo(typeof(IDictionary<string, object?>)));

    /// <summary>What a call sets beside what all providers know.</summary>
    public static Dictionary<string, JsonElement> ExtrasOf(ChatOptions? options)
    {
        var extras = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach ((string name, object? value) in options?.AdditionalProperties ?? [])
        {
            extras[name] = ElementOf(value);
        }

        return extras;
    }

    /// <summary>Any value as JSON.</summary>
    public static JsonElement ElementOf(object? value) => value switch
    {
        JsonElement json => json,
        null => Null,
        _ => JsonSerializer.SerializeToElement(value, Options.GetTypeInfo(value.GetType())),
    };

    /// <summary>A call that a model asks for. What it says that is no object is the call's <see cref="FunctionCallContent.Exception"/>.</summary>
    /// <param name="id">The call.</param>
    /// <param name="name">The tool.</param>
    /// <param name="arguments">With what: an object, as text.</param>
    public static FunctionCallContent Call(string id, string name, string? arguments) =>
        FunctionCallContent.CreateFromParsedArguments(string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments, id, name, Parse);

    private static Dictionary<string, object?> Parse(string text)
    {
        JsonElement arguments = JsonElement.Parse(text);
        if (arguments.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("The arguments of a tool are an object.");
        }

        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (JsonProperty argument in arguments.EnumerateObject())
        {
            values[argument.Name] = argument.Value;
        }

        return values;
    }
}
