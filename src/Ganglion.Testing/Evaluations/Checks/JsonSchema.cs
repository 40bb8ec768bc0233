using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ganglion.Testing.Evaluations.Checks;

/// <summary>
/// A JSON schema (draft 2020-12, "A Vocabulary for Structural Validation"), as far as answers of models need one. What is not understood is refused when the schema is read, so nothing passes that was not looked at.
/// </summary>
internal sealed class JsonSchema
{
    private const int Deepest = 64;

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minProperties", "maxProperties", "anyOf", "oneOf", "allOf", "not", "$ref", "$defs",
    };

    // They say something to people.
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal) { "$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "format" };

    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    private readonly JsonElement _root;
    private readonly Dictionary<string, Regex> _patterns = new(StringComparer.Ordinal);

    private JsonSchema(JsonElement root) => _root = root;

    /// <exception cref="ArgumentException">It is none, or has what is not understood.</exception>
    public static JsonSchema Parse(JsonElement schema)
    {
        var parsed = new JsonSchema(schema.Clone());
        var faults = new List<string>();
        parsed.Read(parsed._root, "#", faults, 0);
        return faults.Count == 0 ? parsed : throw new ArgumentException($"The schema cannot be used: {string.Join("; ", faults)}.", nameof(schema));
    }

    /// <summary>Compares a value with it.</summary>
    /// <returns>What is wrong with the value, each with its place.</returns>
    public IReadOnlyList<string> Validate(JsonElement value)
    {
        var faults = new List<string>();
        Validate(_root, value, "$", faults, 0);
        return faults;
    }

    private void Read(JsonElement schema, string path, List<string> faults, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
        {
            faults.Add(depth > Deepest ? $"{path} is too deep" : $"{path} is no object");
            return;
        }

        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            string place = $"{path}/{keyword.Name}";
            JsonElement value = keyword.Value;
            if (!Known.Contains(keyword.Name))
            {
                if (!Ignored.Contains(keyword.Name))
                {
                    faults.Add($"{place} is not understood");
                }

                continue;
            }

            bool isWell = keyword.Name switch
            {
                "type" => TypesOf(value).All(type => Types.Contains(type)) && TypesOf(value).Any(),
                "enum" => value.ValueKind == JsonValueKind.Array,
                "required" => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String),
                "uniqueItems" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" => value.ValueKind == JsonValueKind.Number,
                "minItems" or "maxItems" or "minLength" or "maxLength" or "minProperties" or "maxProperties" =>
                    value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0,
                "pattern" => value.ValueKind == JsonValueKind.String && TryReadPattern(value.GetString()!),
                "$ref" => value.ValueKind == JsonValueKind.String && Resolve(value.GetString()!) is not null,
                "properties" or "$defs" => value.ValueKind == JsonValueKind.Object,
                "anyOf" or "oneOf" or "allOf" => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0,
                _ => true,
            };
            if (!isWell)
            {
                faults.Add($"{place} cannot be {Shown(value)}");
                continue;
            }

            foreach ((string name, JsonElement inner) in SchemasIn(keyword))
            {
                Read(inner, name.Length == 0 ? place : $"{place}/{name}", faults, depth + 1);
            }
        }
    }

    private static IEnumerable<(string Name, JsonElement Schema)> SchemasIn(JsonProperty keyword) => keyword.Name switch
    {
        "properties" or "$defs" => keyword.Value.EnumerateObject().Select(one => (one.Name, one.Value)),
        "anyOf" or "oneOf" or "allOf" => keyword.Value.EnumerateArray().Select((one, i) => (i.ToString(CultureInfo.InvariantCulture), one)),
        "items" or "additionalProperties" or "not" => [("", keyword.Value)],
        _ => [],
    };

    private void Validate(JsonElement schema, JsonElement value, string path, List<string> faults, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False || depth > Deepest)
        {
            if (schema.ValueKind != JsonValueKind.True)
            {
                faults.Add(depth > Deepest ? $"{path} is too deep" : $"{path} is not allowed");
            }

            return;
        }

        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (FaultOf(schema, keyword, value, path, faults, depth) is { } fault)
            {
                faults.Add($"{path} {fault}");
            }
        }
    }

    private string? FaultOf(JsonElement schema, JsonProperty keyword, JsonElement value, string path, List<string> faults, int depth)
    {
        JsonElement wanted = keyword.Value;
        switch (keyword.Name)
        {
            case "type":
                return TypesOf(wanted).Any(type => IsOf(value, type)) ? null : $"is no {string.Join(" or ", TypesOf(wanted))}";
            case "enum":
                return wanted.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)) ? null : "is none of the values that are allowed";
            case "const":
                return JsonElement.DeepEquals(wanted, value) ? null : $"is not {Shown(wanted)}";
            case "$ref":
                Validate(Resolve(wanted.GetString()!)!.Value, value, path, faults, depth + 1);
                return null;
            case "allOf":
                foreach (JsonElement one in wanted.EnumerateArray())
                {
                    Validate(one, value, path, faults, depth + 1);
                }

                return null;
            case "anyOf":
                return wanted.EnumerateArray().Any(one => Fits(one, value, path, depth)) ? null : "fits none of the alternatives";
            case "oneOf":
                return wanted.EnumerateArray().Count(one => Fits(one, value, path, depth)) == 1 ? null : "does not fit exactly one of the alternatives";
            case "not":
                return Fits(wanted, value, path, depth) ? "is what it must not be" : null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => FaultOfObject(schema, keyword, value, path, faults, depth),
            JsonValueKind.Array => FaultOfArray(keyword, value, path, faults, depth),
            JsonValueKind.String => FaultOfText(keyword, value.GetString()!),
            JsonValueKind.Number => FaultOfNumber(keyword, value),
            _ => null,
        };
    }

    private string? FaultOfObject(JsonElement schema, JsonProperty keyword, JsonElement value, string path, List<string> faults, int depth)
    {
        JsonElement wanted = keyword.Value;
        switch (keyword.Name)
        {
            case "properties":
                foreach (JsonProperty property in wanted.EnumerateObject())
                {
                    if (value.TryGetProperty(property.Name, out JsonElement found))
                    {
                        Validate(property.Value, found, $"{path}.{property.Name}", faults, depth + 1);
                    }
                }

                return null;
            case "additionalProperties":
                schema.TryGetProperty("properties", out JsonElement known);
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    if (known.ValueKind != JsonValueKind.Object || !known.TryGetProperty(property.Name, out _))
                    {
                        Validate(wanted, property.Value, $"{path}.{property.Name}", faults, depth + 1);
                    }
                }

                return null;
            case "required":
                string[] missing = [.. wanted.EnumerateArray().Select(name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _))];
                return missing.Length == 0 ? null : $"lacks {string.Join(", ", missing)}";
            case "minProperties":
                return value.GetPropertyCount() >= wanted.GetInt32() ? null : $"has fewer than {wanted} properties";
            case "maxProperties":
                return value.GetPropertyCount() <= wanted.GetInt32() ? null : $"has more than {wanted} properties";
            default:
                return null;
        }
    }

    private string? FaultOfArray(JsonProperty keyword, JsonElement value, string path, List<string> faults, int depth)
    {
        JsonElement wanted = keyword.Value;
        switch (keyword.Name)
        {
            case "items":
                int index = 0;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Validate(wanted, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), faults, depth + 1);
                }

                return null;
            case "minItems":
                return value.GetArrayLength() >= wanted.GetInt32() ? null : $"has fewer than {wanted} items";
            case "maxItems":
                return value.GetArrayLength() <= wanted.GetInt32() ? null : $"has more than {wanted} items";
            case "uniqueItems" when wanted.ValueKind == JsonValueKind.True:
                JsonElement[] items = [.. value.EnumerateArray()];
                return items.Where((item, i) => items.Take(i).Any(other => JsonElement.DeepEquals(item, other))).Any() ? "has an item twice" : null;
            default:
                return null;
        }
    }

    private string? FaultOfText(JsonProperty keyword, string text) => keyword.Name switch
    {
        "minLength" when LengthOf(text) < keyword.Value.GetInt32() => $"is shorter than {keyword.Value}",
        "maxLength" when LengthOf(text) > keyword.Value.GetInt32() => $"is longer than {keyword.Value}",
        "pattern" when !_patterns[keyword.Value.GetString()!].IsMatch(text) => $"does not match {keyword.Value}",
        _ => null,
    };

    private static string? FaultOfNumber(JsonProperty keyword, JsonElement value)
    {
        double Limit() => keyword.Value.GetDouble();
        double number = value.GetDouble();
        return keyword.Name switch
        {
            "minimum" when number < Limit() => $"is below {keyword.Value}",
            "maximum" when number > Limit() => $"is above {keyword.Value}",
            "exclusiveMinimum" when number <= Limit() => $"is not above {keyword.Value}",
            "exclusiveMaximum" when number >= Limit() => $"is not below {keyword.Value}",
            _ => null,
        };
    }

    private bool Fits(JsonElement schema, JsonElement value, string path, int depth)
    {
        var faults = new List<string>();
        Validate(schema, value, path, faults, depth + 1);
        return faults.Count == 0;
    }

    private static bool IsOf(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && value.GetDouble() is double number && number == Math.Floor(number)),
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        _ => type == "null",
    };

    // A list of types, or one.
    private static IEnumerable<string> TypesOf(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => [type.GetString()!],
        JsonValueKind.Array => type.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString()! : ""),
        _ => [""],
    };

    private JsonElement? Resolve(string reference)
    {
        if (reference == "#")
        {
            return _root;
        }

        JsonElement found = _root;
        return reference.StartsWith("#/", StringComparison.Ordinal) && reference[2..].Split('/').All(part =>
            found.ValueKind == JsonValueKind.Object && found.TryGetProperty(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out found))
            ? found
            : null;
    }

    private bool TryReadPattern(string pattern)
    {
        try
        {
            _patterns[pattern] = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static int LengthOf(string text) => text.EnumerateRunes().Count();

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: <= 60 } text ? text : $"{value.GetRawText()[..60]}…";
}
