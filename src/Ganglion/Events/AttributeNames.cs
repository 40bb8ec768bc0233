using System.Text;

namespace Ganglion.Events;

/// <summary>Tells attributes by their names, the same in every encoding of an event.</summary>
internal static class AttributeNames
{
    /// <summary>Which attribute a legal name stands for.</summary>
    public static EventAttribute Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => EventAttribute.Id,
        4 when name.SequenceEqual("type"u8) => EventAttribute.Type,
        4 when name.SequenceEqual("time"u8) => EventAttribute.Time,
        6 when name.SequenceEqual("source"u8) => EventAttribute.Source,
        7 when name.SequenceEqual("subject"u8) => EventAttribute.Subject,
        9 when name.SequenceEqual("sessionid"u8) => EventAttribute.SessionId,
        10 when name.SequenceEqual("dataschema"u8) => EventAttribute.DataSchema,
        10 when name.SequenceEqual("tracestate"u8) => EventAttribute.TraceState,
        11 when name.SequenceEqual("specversion"u8) => EventAttribute.SpecVersion,
        11 when name.SequenceEqual("causationid"u8) => EventAttribute.CausationId,
        11 when name.SequenceEqual("traceparent"u8) => EventAttribute.TraceParent,
        12 when name.SequenceEqual("partitionkey"u8) => EventAttribute.PartitionKey,
        13 when name.SequenceEqual("correlationid"u8) => EventAttribute.CorrelationId,
        15 when name.SequenceEqual("datacontenttype"u8) => EventAttribute.DataContentType,
        _ => EventAttribute.Extension,
    };

    /// <summary>Whether a name is one that CloudEvents allows: lower-case ASCII letters and digits, and not <c>data</c>.</summary>
    public static bool IsLegal(ReadOnlySpan<byte> name)
    {
        foreach (byte letter in name)
        {
            if (letter is not ((>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9')))
            {
                return false;
            }
        }

        return !name.IsEmpty && !name.SequenceEqual("data"u8);
    }

    /// <summary>Whether a name may stand in <see cref="CloudEvent.Extensions"/>.</summary>
    public static bool IsExtension(string name)
    {
        ReadOnlySpan<byte> utf8 = Encoding.UTF8.GetBytes(name);
        return IsLegal(utf8) && Find(utf8) == EventAttribute.Extension;
    }
}
