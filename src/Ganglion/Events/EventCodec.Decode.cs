using System.Text;

namespace Ganglion.Events;

public static partial class EventCodec
{
    /// <summary>Makes an event of a record, whatever mode it is in.</summary>
    /// <param name="record">The record.</param>
    /// <param name="topic">Where it lies: the topic,</param>
    /// <param name="partition">the partition,</param>
    /// <param name="offset">and the offset. They identify an event that does not say itself who it is.</param>
    /// <returns>The event; its data is the record's memory, uncopied.</returns>
    /// <exception cref="EventFormatException">
    /// The record claims to be an event (it has a <c>ce_specversion</c>, or its content type begins with
    /// <c>application/cloudevents</c>), but an attribute is missing or malformed. A bare record is always an event.
    /// </exception>
    public static CloudEvent Decode(in Record record, string topic, int partition, long offset)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        ReadOnlySpan<byte> contentType = default;
        var headers = new RecordHeaderReader(record.Headers);
        while (headers.Read())
        {
            if (headers.Name.SequenceEqual("ce_specversion"u8))
            {
                return DecodeBinary(record);
            }

            if (IsContentType(headers.Name))
            {
                contentType = headers.Value;
            }
        }

        return IsCloudEvents(contentType)
            ? DecodeStructured(record, contentType)
            : BareEvent.Of(record, contentType, topic, partition, offset);
    }

    /// <summary>Whether a record is an event whose value is the whole of it.</summary>
    internal static bool IsStructured(RecordHeaders headers)
    {
        ReadOnlySpan<byte> contentType = default;
        var reader = new RecordHeaderReader(headers);
        while (reader.Read())
        {
            contentType = IsContentType(reader.Name) ? reader.Value : contentType;
        }

        return IsCloudEvents(contentType);
    }

    /// <summary>Whether a record has no envelope.</summary>
    internal static bool IsBare(RecordHeaders headers) => !headers.TryGet("ce_specversion"u8, out _) && !IsStructured(headers);

    private static CloudEvent DecodeBinary(in Record record)
    {
        var draft = new EventDraft("ce_");
        ReadOnlySpan<byte> contentType = default;
        var headers = new RecordHeaderReader(record.Headers);
        while (headers.Read())
        {
            if (!headers.HasValue)
            {
                continue;
            }

            if (headers.Name.StartsWith("ce_"u8))
            {
                draft.Set(headers.Name[3..], headers.Value);
            }
            else if (IsContentType(headers.Name))
            {
                contentType = headers.Value;
            }
        }

        // A record that has both an event in its value and attributes of its own is structured: the content type decides.
        if (IsCloudEvents(contentType))
        {
            return DecodeStructured(record, contentType);
        }

        if (!contentType.IsEmpty)
        {
            draft.SetContentType("content-type", contentType);
        }

        return draft.Build(record.Value);
    }

    private static CloudEvent DecodeStructured(in Record record, ReadOnlySpan<byte> contentType)
    {
        ReadOnlySpan<char> essence = MediaType.EssenceOf(Encoding.UTF8.GetString(contentType));
        if (!essence.Equals("application/cloudevents+json", StringComparison.OrdinalIgnoreCase))
        {
            throw EventFormatException.Malformed(
                "content-type", contentType, "be 'application/cloudevents+json': a record holds one event, and JSON is what is read here");
        }

        return record.Value is { } value
            ? EventJson.Read(value)
            : throw new EventFormatException(
                "$", "The record is a structured event by its content-type, but has no value. A tombstone carries no such content-type.");
    }

    private static bool IsCloudEvents(ReadOnlySpan<byte> contentType) => StartsWithIgnoreCase(contentType, "application/cloudevents"u8);

    // Exact in the specification, but some clients write header names as they would for HTTP.
    private static bool IsContentType(ReadOnlySpan<byte> name) =>
        name.Length == "content-type".Length && StartsWithIgnoreCase(name, "content-type"u8);

    private static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.Length >= start.Length && Ascii.EqualsIgnoreCase(text[..start.Length], start);
}
