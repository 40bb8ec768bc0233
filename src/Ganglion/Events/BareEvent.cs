using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Ganglion.Events;

/// <summary>
/// Makes an event of a record that has no envelope, such as any Kafka client writes. Its type is its topic; its id is its
/// place in the log, so that reading it again gives the same event. Nothing in such a record is an error.
/// </summary>
internal static class BareEvent
{
    public static CloudEvent Of(in Record record, ReadOnlySpan<byte> contentType, string topic, int partition, long offset)
    {
        ReadOnlyMemory<byte>? data = record.Value;
        string? dataContentType = contentType.IsEmpty ? null : Utf8StringCache.Read(contentType);
        if (data is { } value)
        {
            dataContentType ??= ContentTypeOf(value.Span);
            if (MediaType.IsJson(dataContentType) && value.Span.StartsWith("\uFEFF"u8))
            {
                data = value[3..];
            }
        }

        TraceContext trace = TraceContext.Read(record.Headers);
        return new CloudEvent
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{topic}-{partition}@{offset}"),
            Source = "/topics/" + topic,
            Type = topic,
            Time = record.Timestamp == default ? null : record.Timestamp,
            DataContentType = dataContentType,
            Data = data,
            TraceParent = trace.TraceParent,
            TraceState = trace.TraceState is { Length: > 0 } state ? state : null,
        };
    }

    private static string ContentTypeOf(ReadOnlySpan<byte> value) =>
        LooksLikeJson(value) ? MediaType.Json
        : Utf8.IsValid(value) ? MediaType.Text
        : MediaType.Bytes;

    /// <summary>
    /// An object or an array by its first byte, so that a broken one is reported as broken JSON and not mistaken for text; anything
    /// else only if it is JSON to the end.
    /// </summary>
    private static bool LooksLikeJson(ReadOnlySpan<byte> value)
    {
        value = value.StartsWith("\uFEFF"u8) ? value[3..] : value;
        int start = value.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
        {
            return false;
        }

        return value[start] switch
        {
            (byte)'{' or (byte)'[' => true,
            (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') or (byte)'t' or (byte)'f' or (byte)'n' => IsJsonScalar(value),
            _ => false,
        };
    }

    private static bool IsJsonScalar(ReadOnlySpan<byte> value)
    {
        try
        {
            var reader = new Utf8JsonReader(value);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
