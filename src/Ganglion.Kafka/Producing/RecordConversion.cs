using System.Runtime.InteropServices;
using Ganglion.Events;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Producing;

/// <summary>Records as Confluent.Kafka takes them.</summary>
internal static class RecordConversion
{
    public static Client.Message<byte[]?, byte[]?> ToMessage(in Record record) => new()
    {
        Key = ToArray(record.Key),
        Value = ToArray(record.Value),
        Headers = ToHeaders(record.Headers),
        Timestamp = record.Timestamp == default ? Client.Timestamp.Default : new Client.Timestamp(record.Timestamp),
    };

    private static byte[]? ToArray(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } memory)
        {
            return null;
        }

        bool isWhole = MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) && segment.Count == segment.Array!.Length;
        return isWhole ? segment.Array : memory.ToArray();
    }

    private static Client.Headers? ToHeaders(RecordHeaders headers)
    {
        if (headers.Count == 0)
        {
            return null;
        }

        var all = new Client.Headers();
        foreach (RecordHeader header in headers)
        {
            all.Add(HeaderNames.TextOf(header.NameUtf8.Span), ToArray(header.Value));
        }

        return all;
    }
}
