using System.Text;

namespace Ganglion.Events;

public static partial class EventCodec
{
    /// <summary>Makes a record in binary mode: attributes as headers, the event's data, uncopied, as the value.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="key">The record's key, where the event has no <see cref="CloudEvent.PartitionKey"/>.</param>
    /// <param name="hop">The last hop of the trace; by default the event's own trace.</param>
    /// <returns>
    /// The record. An event without data has no value: a tombstone on a compacted topic. The timestamp is the event's time; the
    /// broker's, if the event has none or one before 1970.
    /// </returns>
    public static Record Encode(CloudEvent cloudEvent, ReadOnlyMemory<byte>? key = null, TraceContext hop = default)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        var headers = new RecordHeadersBuilder(EstimateHeaders(cloudEvent, hop));
        return Encode(cloudEvent, key, hop, ref headers);
    }

    /// <summary>Makes a record as <see cref="Encode(CloudEvent, ReadOnlyMemory{byte}?, TraceContext)"/> does, behind headers that are there already.</summary>
    internal static Record Encode(CloudEvent e, ReadOnlyMemory<byte>? key, TraceContext hop, ref RecordHeadersBuilder headers)
    {
        headers.Add("ce_specversion"u8, "1.0"u8);
        headers.Add("ce_id"u8, e.Id);
        headers.Add("ce_source"u8, e.Source);
        headers.Add("ce_type"u8, e.Type);
        if (e.Time is { } time)
        {
            Span<byte> text = stackalloc byte[Rfc3339.MaxBytes];
            headers.Add("ce_time"u8, text[..Rfc3339.Write(time, text)]);
        }

        AddIfSet(ref headers, "ce_subject"u8, e.Subject);
        AddIfSet(ref headers, "content-type"u8, e.DataContentType);
        AddIfSet(ref headers, "ce_dataschema"u8, e.DataSchema);
        AddIfSet(ref headers, "ce_correlationid"u8, e.CorrelationId);
        AddIfSet(ref headers, "ce_causationid"u8, e.CausationId);
        AddIfSet(ref headers, "ce_partitionkey"u8, e.PartitionKey);
        AddIfSet(ref headers, "ce_sessionid"u8, e.SessionId);
        AddIfSet(ref headers, "ce_traceparent"u8, e.TraceParent);
        AddIfSet(ref headers, "ce_tracestate"u8, e.TraceState);
        if (e.CheckedExtensions is { } extensions)
        {
            foreach ((string name, string value) in extensions)
            {
                AddExtension(ref headers, name, value);
            }
        }

        AddHop(ref headers, e, hop);
        return new Record(KeyOf(e, key), e.Data, headers.Build(), TimestampOf(e));
    }

    /// <summary>
    /// Makes a record in structured mode: the whole event as JSON in the value, for consumers that cannot read headers. Never a
    /// tombstone.
    /// </summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="key">The record's key, where the event has no <see cref="CloudEvent.PartitionKey"/>.</param>
    /// <param name="hop">The last hop of the trace; by default the event's own trace.</param>
    public static Record EncodeStructured(CloudEvent cloudEvent, ReadOnlyMemory<byte>? key = null, TraceContext hop = default)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        var headers = new RecordHeadersBuilder();
        headers.Add("content-type"u8, "application/cloudevents+json; charset=UTF-8"u8);
        AddHop(ref headers, cloudEvent, hop);
        return new Record(KeyOf(cloudEvent, key), EventJson.Write(cloudEvent), headers.Build(), TimestampOf(cloudEvent));
    }

    private static void AddHop(ref RecordHeadersBuilder headers, CloudEvent e, TraceContext hop)
    {
        if (hop.TraceParent is null)
        {
            hop = new TraceContext(e.TraceParent, e.TraceState);
        }

        AddIfSet(ref headers, "traceparent"u8, hop.TraceParent);
        AddIfSet(ref headers, "tracestate"u8, hop.TraceState);
    }

    private static void AddExtension(ref RecordHeadersBuilder headers, string name, string value)
    {
        const int shortName = 64;
        Span<byte> nameUtf8 = name.Length < shortName ? stackalloc byte["ce_".Length + shortName] : new byte["ce_".Length + name.Length];
        "ce_"u8.CopyTo(nameUtf8);
        int length = Encoding.ASCII.GetBytes(name, nameUtf8["ce_".Length..]);
        headers.Add(nameUtf8[..("ce_".Length + length)], value);
    }

    private static void AddIfSet(ref RecordHeadersBuilder headers, ReadOnlySpan<byte> nameUtf8, string? value)
    {
        if (value is not null)
        {
            headers.Add(nameUtf8, value);
        }
    }

    private static ReadOnlyMemory<byte>? KeyOf(CloudEvent e, ReadOnlyMemory<byte>? key) =>
        e.PartitionKey is { } partitionKey ? Encoding.UTF8.GetBytes(partitionKey) : key;

    private static DateTimeOffset TimestampOf(CloudEvent e) =>
        e.Time is { } time && time >= DateTimeOffset.UnixEpoch ? time : default;

    // Right for attributes in ASCII, so that one buffer of the right size is enough; others make the buffer grow.
    internal static int EstimateHeaders(CloudEvent e, TraceContext hop)
    {
        const int nameAndLengths = 20;
        int bytes = 104 + e.Id.Length + e.Source.Length + e.Type.Length
            + Size(e.Subject) + Size(e.DataContentType) + Size(e.DataSchema) + Size(e.CorrelationId) + Size(e.CausationId)
            + Size(e.PartitionKey) + Size(e.SessionId) + Size(e.TraceParent) + Size(e.TraceState)
            + Size(hop.TraceParent ?? e.TraceParent) + Size(hop.TraceParent is null ? e.TraceState : hop.TraceState);
        if (e.CheckedExtensions is { } extensions)
        {
            foreach ((string name, string value) in extensions)
            {
                bytes += nameAndLengths + name.Length + value.Length;
            }
        }

        return bytes;

        static int Size(string? value) => value is null ? 0 : nameAndLengths + value.Length;
    }
}
