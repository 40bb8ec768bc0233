using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Ganglion.AspNetCore.Problems;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.AspNetCore.Records;

/// <summary>
/// Writes a record as the API shows it everywhere: where it lies, its key, its event, and the headers that are no part of the
/// event. A record that is no event shows what is wrong with it, its value and all of its headers.
/// </summary>
internal static class RecordJson
{
    // Answers are data, never part of a page: letters of all languages stay readable.
    public static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a record.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="partition">Where it lies.</param>
    /// <param name="consumed">The record.</param>
    /// <param name="known">Its event, where that is not what the record is at this place.</param>
    public static void Write(Utf8JsonWriter writer, TopicPartition partition, in ConsumedRecord consumed, CloudEvent? known = null)
    {
        Record record = consumed.Record;
        writer.WriteStartObject();
        writer.WriteString("topic"u8, partition.Topic);
        writer.WriteNumber("partition"u8, partition.Partition);
        writer.WriteNumber("offset"u8, consumed.Offset);
        WriteTime(writer, record.Timestamp);
        if (record.Key is { } key)
        {
            WriteBytes(writer, "key"u8, "keyBase64"u8, key.Span);
        }

        try
        {
            CloudEvent cloudEvent = known ?? EventCodec.Decode(record, partition.Topic, partition.Partition, consumed.Offset);
            WriteHeaders(writer, record.Headers, besidesEvent: true);
            writer.WritePropertyName("event"u8);
            EventJson.Write(writer, cloudEvent);
        }
        catch (EventFormatException malformed)
        {
            WriteHeaders(writer, record.Headers, besidesEvent: false);
            if (record.Value is { } value)
            {
                WriteBytes(writer, "value"u8, "valueBase64"u8, value.Span);
            }

            writer.WritePropertyName("problem"u8);
            JsonSerializer.Serialize(writer, Problem.Of(malformed), ApiJson.Wire.Problem);
        }

        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[32];
        time.UtcDateTime.TryFormat(text, out int length, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        writer.WriteString("timestamp"u8, text[..length]);
    }

    private static void WriteHeaders(Utf8JsonWriter writer, RecordHeaders headers, bool besidesEvent)
    {
        bool any = false;
        foreach (RecordHeader header in headers)
        {
            if (besidesEvent && IsOfEvent(header.NameUtf8.Span))
            {
                continue;
            }

            if (!any)
            {
                writer.WriteStartArray("headers"u8);
                any = true;
            }

            writer.WriteStartObject();
            writer.WriteString("name"u8, header.Name);
            if (header.Value is { } value)
            {
                WriteBytes(writer, "value"u8, "valueBase64"u8, value.Span);
            }

            writer.WriteEndObject();
        }

        if (any)
        {
            writer.WriteEndArray();
        }
    }

    private static bool IsOfEvent(ReadOnlySpan<byte> name) =>
        name.StartsWith("ce_"u8) || Ascii.EqualsIgnoreCase(name, "content-type"u8);

    /// <summary>Writes bytes as text if they are UTF-8, else as Base64 under the other name.</summary>
    private static void WriteBytes(
        Utf8JsonWriter writer, ReadOnlySpan<byte> textName, ReadOnlySpan<byte> base64Name, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            writer.WriteString(textName, bytes);
        }
        else
        {
            writer.WriteBase64String(base64Name, bytes);
        }
    }
}
