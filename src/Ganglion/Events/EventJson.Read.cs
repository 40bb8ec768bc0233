using System.Text;
using System.Text.Json;

namespace Ganglion.Events;

public static partial class EventJson
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    /// <summary>Reads an event.</summary>
    /// <param name="json">One JSON object, in UTF-8. Data in it that is JSON is not copied: it stays in this memory.</param>
    /// <returns>The event. Data without <c>datacontenttype</c> is JSON, and the event says so.</returns>
    /// <exception cref="EventFormatException">It is no JSON, nested deeper than 64, or not an event.</exception>
    public static CloudEvent Read(ReadOnlyMemory<byte> json)
    {
        string member = "$";
        try
        {
            var reader = new Utf8JsonReader(json.Span, ReaderOptions);
            reader.Read();
            CloudEvent cloudEvent = ReadObject(ref reader, json, ref member);
            member = "$";
            reader.Read();
            return cloudEvent;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw Broken(json, member, broken);
        }
    }

    private static CloudEvent ReadObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, ref string member)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw EventFormatException.Malformed("$", json.Span[(int)reader.TokenStartIndex..], "be a JSON object");
        }

        var draft = new EventDraft(prefix: "");
        ReadOnlyMemory<byte>? data = null;
        ReadOnlyMemory<byte>? base64 = null;
        member = "$";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = TextOf(ref reader);
            member = EventFormatException.Show(name);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (name.SequenceEqual("data"u8))
            {
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                data = json[start..(int)reader.BytesConsumed];
            }
            else if (name.SequenceEqual("data_base64"u8))
            {
                base64 = reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out byte[]? bytes)
                    ? bytes
                    : throw EventFormatException.Malformed(member, reader.ValueSpan, "be a string in Base64");
            }
            else
            {
                bool isExtension = AttributeNames.Find(name) >= EventAttribute.CorrelationId;
                draft.Set(name, AttributeOf(ref reader, isExtension, member));
            }
        }

        if (data is not null && base64 is not null)
        {
            throw new EventFormatException("data_base64", "The event has both 'data' and 'data_base64': send one of them.");
        }

        if (data is { } found)
        {
            if (draft.DataContentType is null)
            {
                draft.SetContentType("datacontenttype", "application/json"u8);
            }
            else if (!MediaType.IsJson(draft.DataContentType) && found.Span[0] == '"')
            {
                data = Unquoted(found.Span);
            }
        }

        return draft.Build(data ?? base64);
    }

    /// <summary>The text of an attribute. Those of the specification are strings; extensions may be numbers or booleans.</summary>
    private static ReadOnlySpan<byte> AttributeOf(ref Utf8JsonReader reader, bool isExtension, string member) => reader.TokenType switch
    {
        JsonTokenType.String => TextOf(ref reader),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False when isExtension => reader.ValueSpan,
        _ => throw EventFormatException.Malformed(
            member, reader.ValueSpan, isExtension ? "be a string, a number or a boolean" : "be a string"),
    };

    private static ReadOnlySpan<byte> TextOf(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;

    private static ReadOnlyMemory<byte> Unquoted(ReadOnlySpan<byte> jsonString)
    {
        var reader = new Utf8JsonReader(jsonString);
        reader.Read();
        return Encoding.UTF8.GetBytes(reader.GetString()!);
    }

    private static EventFormatException Broken(ReadOnlyMemory<byte> json, string member, Exception broken) =>
        EventFormatException.Malformed(
            member,
            json.Span,
            $"be JSON in UTF-8, nested at most {MaxDepth} deep. {broken.Message.TrimEnd('.')}",
            broken);
}
