using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Ganglion.Events;

public static partial class EventJson
{
    // Events are data, never part of a page: letters of all languages stay readable.
    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes an event as one JSON object, in UTF-8.</summary>
    /// <param name="cloudEvent">The event.</param>
    public static byte[] Write(CloudEvent cloudEvent) => Write(writer => Write(writer, cloudEvent));

    /// <summary>Writes events as one JSON array, in UTF-8 (the JSON batch format).</summary>
    /// <param name="cloudEvents">The events; may be none.</param>
    public static byte[] WriteBatch(IEnumerable<CloudEvent> cloudEvents)
    {
        ArgumentNullException.ThrowIfNull(cloudEvents);
        return Write(writer =>
        {
            writer.WriteStartArray();
            foreach (CloudEvent cloudEvent in cloudEvents)
            {
                Write(writer, cloudEvent);
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>
    /// Writes an event as a JSON object. Its data becomes JSON if it is (white space around it is not kept), text if its content
    /// type says so, and Base64 otherwise.
    /// </summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="cloudEvent">The event.</param>
    public static void Write(Utf8JsonWriter writer, CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(cloudEvent);
        writer.WriteStartObject();
        foreach ((string name, string value) in cloudEvent.Attributes())
        {
            writer.WriteString(name, value);
        }

        if (cloudEvent.Data is { } data)
        {
            WriteData(writer, data.Span, cloudEvent.DataContentType);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes <c>data</c> or <c>data_base64</c>, into an object that has been begun.</summary>
    internal static void WriteData(Utf8JsonWriter writer, ReadOnlySpan<byte> data, string? contentType)
    {
        if (MediaType.IsJson(contentType) && IsReadableJson(data))
        {
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(data, skipInputValidation: true);
        }
        else if (MediaType.IsText(contentType) && Utf8.IsValid(data))
        {
            writer.WriteString("data"u8, data);
        }
        else
        {
            writer.WriteBase64String("data_base64"u8, data);
        }
    }

    /// <summary>
    /// Whether data can stand in an event as it is and be read back: valid, not too deep for the level that it is on, and not
    /// <c>null</c>, which would read as no data.
    /// </summary>
    private static bool IsReadableJson(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = MaxDepth - 1 });
            bool isNull = !reader.Read() || reader.TokenType == JsonTokenType.Null;
            while (reader.Read())
            {
            }

            return !isNull;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        write(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
