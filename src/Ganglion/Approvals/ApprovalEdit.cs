using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>Puts other data into an event, unless that breaks it.</summary>
internal static class ApprovalEdit
{
    /// <summary>Makes the event with the new data.</summary>
    /// <param name="original">The event.</param>
    /// <param name="command">Has the data.</param>
    /// <param name="expected">What the data must be readable as; <see langword="null"/>: the original's shape decides.</param>
    /// <param name="data">Reads data.</param>
    /// <returns>The event, with the content type that it had, and what has changed.</returns>
    /// <exception cref="ApprovalException">The data do not fit (<c>approval-edit-invalid</c>).</exception>
    public static (CloudEvent Edited, IReadOnlyList<ApprovalDifference> Difference) Apply(
        CloudEvent original, ApprovalCommand command, Type? expected, EventDataSerializer data)
    {
        bool isJson = MediaType.IsJson(original.DataContentType);
        byte[] bytes = BytesOf(command, isJson, MediaType.IsText(original.DataContentType));
        CloudEvent edited = original with { Data = bytes };
        if (expected is not null)
        {
            try
            {
                _ = data.Read(edited, expected);
            }
            catch (EventDataException exception)
            {
                throw Invalid(exception.Message, exception);
            }
        }

        List<ApprovalDifference> difference = isJson
            ? CompareJson(original, bytes, checksShape: expected is null)
            : CompareBytes(original, bytes, MediaType.IsText(original.DataContentType));
        return difference.Count == 0 ? throw Invalid("the data are what they were: approve it instead") : (edited, difference);
    }

    private static byte[] BytesOf(ApprovalCommand command, bool isJson, bool isText) => (command.Data, command.DataBytes) switch
    {
        ({ } json, null) when isJson => Encoding.UTF8.GetBytes(json.GetRawText()),
        ({ ValueKind: JsonValueKind.String } text, null) when isText => Encoding.UTF8.GetBytes(text.GetString()!),
        (null, { } bytes) when !isJson && (!isText || Utf8.IsValid(bytes.Span)) => bytes.ToArray(),
        _ => throw Invalid(
            isJson ? "the data of the event are JSON: give JSON" : isText ? "the data of the event are text: give a text" : "the data of the event are bytes: give bytes"),
    };

    private static List<ApprovalDifference> CompareJson(CloudEvent original, byte[] bytes, bool checksShape)
    {
        JsonElement now;
        try
        {
            now = Parse(bytes);
        }
        catch (JsonException exception)
        {
            throw Invalid($"the data are no JSON that can be read: {exception.Message}", exception);
        }

        JsonElement before;
        try
        {
            before = Parse(original.Data ?? default);
        }
        catch (JsonException)
        {
            // It was none before: nothing to compare it with, nor a shape to keep.
            return [new("replace", "") { Old = ToText((original.Data ?? default).Span), Value = now }];
        }

        var found = new List<ApprovalDifference>();
        Compare(before, now, "", found);
        if (checksShape && FaultOf(before, now, "") is { } fault)
        {
            throw Invalid($"{fault}, and whoever reads the event may not understand it");
        }

        return found;
    }

    private static List<ApprovalDifference> CompareBytes(CloudEvent original, byte[] bytes, bool isText)
    {
        ReadOnlySpan<byte> before = (original.Data ?? default).Span;
        return before.SequenceEqual(bytes)
            ? []
            : [new("replace", "") { Old = isText ? ToText(before) : ToBase64(before), Value = isText ? ToText(bytes) : ToBase64(bytes) }];
    }

    // An object keeps its members, and each keeps its kind; lists may become longer and shorter.
    private static string? FaultOf(JsonElement before, JsonElement now, string path)
    {
        if (KindOf(before) != KindOf(now))
        {
            return before.ValueKind == JsonValueKind.Null || now.ValueKind == JsonValueKind.Null
                ? path.Length == 0 ? "the data become nothing, or something of nothing" : null
                : $"'{path}' was {KindOf(before)} and becomes {KindOf(now)}";
        }

        if (before.ValueKind != JsonValueKind.Object)
        {
            return before.ValueKind == JsonValueKind.Array && before.GetArrayLength() > 0
                ? now.EnumerateArray().Select((item, i) => FaultOf(before[Math.Min(i, before.GetArrayLength() - 1)], item, $"{path}/{i}")).FirstOrDefault(fault => fault is not null)
                : null;
        }

        foreach (JsonProperty member in before.EnumerateObject())
        {
            string at = $"{path}/{Escape(member.Name)}";
            if (!now.TryGetProperty(member.Name, out JsonElement value))
            {
                return $"'{at}' is gone";
            }

            if (FaultOf(member.Value, value, at) is { } fault)
            {
                return fault;
            }
        }

        return now.EnumerateObject().Where(member => !before.TryGetProperty(member.Name, out _)).Select(member => $"'{path}/{Escape(member.Name)}' was not there").FirstOrDefault();
    }

    private static void Compare(JsonElement before, JsonElement now, string path, List<ApprovalDifference> found)
    {
        if (before.ValueKind == JsonValueKind.Object && now.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in before.EnumerateObject())
            {
                if (now.TryGetProperty(member.Name, out JsonElement value))
                {
                    Compare(member.Value, value, $"{path}/{Escape(member.Name)}", found);
                }
                else
                {
                    found.Add(new("remove", $"{path}/{Escape(member.Name)}") { Old = member.Value });
                }
            }

            found.AddRange(now.EnumerateObject()
                .Where(member => !before.TryGetProperty(member.Name, out _))
                .Select(member => new ApprovalDifference("add", $"{path}/{Escape(member.Name)}") { Value = member.Value }));
        }
        else if (before.ValueKind == JsonValueKind.Array && now.ValueKind == JsonValueKind.Array && before.GetArrayLength() == now.GetArrayLength())
        {
            for (int i = 0; i < before.GetArrayLength(); i++)
            {
                Compare(before[i], now[i], $"{path}/{i}", found);
            }
        }
        else if (!JsonElement.DeepEquals(before, now))
        {
            found.Add(new("replace", path) { Old = before, Value = now });
        }
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "nothing",
    };

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    // Whoever reads events here takes no property twice, and none nested deeper.
    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        if (BrokenText.IsIn(json.Span))
        {
            throw new JsonException("a text has half of a surrogate pair, or is no UTF-8.");
        }

        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = EventJson.MaxDepth - 1, AllowDuplicateProperties = false });
        return document.RootElement.Clone();
    }

    private static JsonElement ToText(ReadOnlySpan<byte> text) => JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(text), ApprovalJson.Wire.String);

    private static JsonElement ToBase64(ReadOnlySpan<byte> bytes) => JsonSerializer.SerializeToElement(Convert.ToBase64String(bytes), ApprovalJson.Wire.String);

    private static ApprovalException Invalid(string fault, Exception? cause = null) =>
        new("approval-edit-invalid", $"The edit is refused: {fault}.", cause);
}
