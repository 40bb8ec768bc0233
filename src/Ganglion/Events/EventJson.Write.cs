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
    public static byte[] Write(CloudEvent cloudEvent)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            Write(writer, cloudEvent);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Writes an event as a JSON object. Its data becomes JSON if it is, text if its content type says so, and Base64 otherwise.
    /// </summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="cloudEvent">The event.</param>
    public static void Write(Utf8JsonWriter writer, CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(cloudEvent);
        CloudEvent e = cloudEvent;
        writer.WriteStartObject();
        writer.WriteString("specversion"u8, CloudEvent.SpecVersion);
        writer.WriteString("id"u8, e.Id);
        writer.WriteString("source"u8, e.Source);
        writer.WriteString("type"u8, e.Type);
        if (e.Time is { } time)
        {
            Span<byte> text = stackalloc byte[Rfc3339.MaxBytes];
            writer.WriteString("time"u8, text[..Rfc3339.Write(time, text)]);
        }

        WriteIfSet(writer, "subject"u8, e.Subject);
        WriteIfSet(writer, "datacontenttype"u8, e.DataContentType);
        WriteIfSet(writer, "dataschema"u8, e.DataSchema);
        WriteIfSet(writer, "correlationid"u8, e.CorrelationId);
        WriteIfSet(writer, "causationid"u8, e.CausationId);
        WriteIfSet(writer, "partitionkey"u8, e.PartitionKey);
        WriteIfSet(writer, "sessionid"u8, e.SessionId);
        WriteIfSet(writer, "traceparent"u8, e.TraceParent);
        WriteIfSet(writer, "tracestate"u8, e.TraceState);
        foreach ((string name, string value) in e.Extensions)
        {
            writer.WriteString(name, value);
        }

        if (e.Data is { } data)
        {
            WriteData(writer, data.Span, e.DataContentType);
        }

        writer.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter writer, ReadOnlySpan<byte> data, string? contentType)
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

    private static void WriteIfSet(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
