using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ganglion.AspNetCore.Requests;

/// <summary>
/// Says what is wrong with a body, in the words of the API: the member by its path, what is expected there, and the place in the
/// text. The serializer's own messages name the types of this program.
/// </summary>
internal static class BodyFault
{
    private const int LongestValue = 60;

    public static string Describe(ReadOnlyMemory<byte> body, JsonTypeInfo type, JsonException broken)
    {
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "The body is empty where a JSON object is expected.";
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            string fault = Find(document.RootElement, type, "$") ?? "is not as expected";
            return $"The body is not as expected{PlaceOf(broken)}: {fault}.";
        }
        catch (JsonException malformed)
        {
            return $"The body is no JSON{PlaceOf(malformed)}.";
        }
        catch (InvalidOperationException)
        {
            return $"The body is not as expected{PlaceOf(broken)}: a text in it is not Unicode.";
        }
    }

    private static string? Find(JsonElement value, JsonTypeInfo type, string path) => type.Kind switch
    {
        JsonTypeInfoKind.Object => value.ValueKind == JsonValueKind.Object
            ? FindInMembers(value, type, path)
            : Wrong(value, "an object", path),
        JsonTypeInfoKind.Enumerable => value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Index().Select(item => FindInItem(item.Item, type, $"{path}[{item.Index}]")).FirstOrDefault(fault => fault is not null)
            : Wrong(value, "an array", path),
        _ => CanRead(value, type) ? null : Wrong(value, Expected(type.Type), path),
    };

    private static string? FindInMembers(JsonElement value, JsonTypeInfo type, string path)
    {
        foreach (JsonProperty member in value.EnumerateObject())
        {
            JsonPropertyInfo? known = type.Properties.FirstOrDefault(
                property => string.Equals(property.Name, member.Name, StringComparison.OrdinalIgnoreCase));
            if (known is null)
            {
                return $"{path} has no member '{Shortened(member.Name)}'; it knows {string.Join(", ", type.Properties.Select(property => property.Name))}";
            }

            if (FindInMember(member.Value, known, type, $"{path}.{known.Name}") is { } fault)
            {
                return fault;
            }
        }

        return type.Properties
            .Where(property => property.IsRequired && !value.EnumerateObject().Any(
                member => string.Equals(member.Name, property.Name, StringComparison.OrdinalIgnoreCase)))
            .Select(property => $"{path}.{property.Name} is missing; it must be {Expected(property.PropertyType)}")
            .FirstOrDefault();
    }

    private static string? FindInMember(JsonElement value, JsonPropertyInfo member, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Null)
        {
            return Find(value, type.Options.GetTypeInfo(member.PropertyType), path);
        }

        bool mayBeNull = member.PropertyType.IsValueType ? Nullable.GetUnderlyingType(member.PropertyType) is not null : member.IsSetNullable;
        return mayBeNull ? null : Wrong(value, Expected(member.PropertyType), path);
    }

    private static string? FindInItem(JsonElement value, JsonTypeInfo list, string path) =>
        value.ValueKind == JsonValueKind.Null ? null : Find(value, list.Options.GetTypeInfo(list.ElementType!), path);

    private static bool CanRead(JsonElement value, JsonTypeInfo type)
    {
        try
        {
            value.Deserialize(type);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static string Wrong(JsonElement value, string expected, string path) => $"{path} must be {expected}, not {Shortened(value.GetRawText())}";

    private static string Expected(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.String => "a text",
        TypeCode.Int16 => $"a whole number from {short.MinValue} to {short.MaxValue}",
        TypeCode.Int32 => $"a whole number from {int.MinValue} to {int.MaxValue}",
        TypeCode.Int64 => $"a whole number from {long.MinValue} to {long.MaxValue}",
        _ when type == typeof(byte[]) => "bytes in Base64",
        _ when type.IsAssignableTo(typeof(System.Collections.IEnumerable)) => "an array",
        _ => "an object",
    };

    private static string Shortened(string text) => text.Length <= LongestValue ? text : string.Concat(text.AsSpan(0, LongestValue - 1), "…");

    private static string? PlaceOf(JsonException malformed) => malformed is { LineNumber: { } line, BytePositionInLine: { } position }
        ? string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, byte {position + 1})")
        : null;
}
