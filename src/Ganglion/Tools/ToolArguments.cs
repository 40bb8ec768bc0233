using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Ganglion.Tools;

/// <summary>
/// Looks whether arguments fit the schema of a tool, so that a model is told all that is wrong at once, and before anything is called. It knows what schemas of functions are made of: types,
/// properties, required ones, items, constants; what it does not know it lets pass, and the tool decides.
/// </summary>
internal static class ToolArguments
{
    private const int MostFaults = 8;

    /// <summary>The JSON of arguments and results: that of tools elsewhere, without line breaks, which cost tokens.</summary>
    public static JsonSerializerOptions Json { get; } = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <summary>Arguments as JSON.</summary>
    public static byte[] Write(IDictionary<string, object?>? arguments) =>
        JsonSerializer.SerializeToUtf8Bytes(arguments ?? new Dictionary<string, object?>(), Json.GetTypeInfo(typeof(IDictionary<string, object?>)));

    /// <summary>Adds to a list what does not fit.</summary>
    public static void Check(JsonElement schema, byte[] arguments, List<string> faults)
    {
        CheckObject(schema, JsonElement.Parse(arguments), "", faults);
        if (faults.Count > MostFaults)
        {
            faults.RemoveRange(MostFaults, faults.Count - MostFaults);
            faults.Add("and more");
        }
    }

    private static void Check(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (schema.TryGetProperty("type", out JsonElement type) && !Types(type).Any(one => Fits(one, value)))
        {
            faults.Add($"'{path}' is {Shown(value)} and must be {string.Join(" or ", Types(type))}");
            return;
        }

        if (schema.TryGetProperty("enum", out JsonElement allowed)
            && allowed.ValueKind == JsonValueKind.Array
            && !allowed.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
        {
            faults.Add($"'{path}' must be one of {string.Join(", ", allowed.EnumerateArray().Take(20).Select(one => one.GetRawText()))}");
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            CheckObject(schema, value, path, faults);
        }
        else if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out JsonElement items))
        {
            int i = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                Check(items, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i++}]"), faults);
            }
        }
    }

    private static void CheckObject(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (schema.TryGetProperty("required", out JsonElement required) && required.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement name in required.EnumerateArray())
            {
                if (name.ValueKind == JsonValueKind.String && !value.TryGetProperty(name.GetString()!, out _))
                {
                    faults.Add($"'{Within(path, name.GetString()!)}' is missing");
                }
            }
        }

        if (!schema.TryGetProperty("properties", out JsonElement properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        // A name that a function does not know would be passed over in silence, although the model has meant something by it.
        bool takesOthers = schema.TryGetProperty("additionalProperties", out JsonElement others) ? others.ValueKind != JsonValueKind.False : path.Length > 0;
        foreach (JsonProperty argument in value.EnumerateObject())
        {
            if (properties.TryGetProperty(argument.Name, out JsonElement known))
            {
                Check(known, argument.Value, Within(path, argument.Name), faults);
            }
            else if (!takesOthers)
            {
                faults.Add($"'{Within(path, argument.Name)}' means nothing, it takes {string.Join(", ", properties.EnumerateObject().Take(20).Select(one => one.Name))}");
            }
        }
    }

    private static IEnumerable<string> Types(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => [type.GetString()!],
        JsonValueKind.Array => type.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!),
        _ => ["any"],
    };

    // Many models write numbers as texts, and many tools read them so.
    private static bool Fits(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "number" => TryNumber(value, out _),
        "integer" => TryNumber(value, out double number) && number == Math.Floor(number),
        _ => true,
    };

    private static bool TryNumber(JsonElement value, out double number) => value.ValueKind == JsonValueKind.Number
        ? value.TryGetDouble(out number)
        : double.TryParse(value.ValueKind == JsonValueKind.String ? value.GetString() : null, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static string Within(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        _ => "a boolean",
    };
}
