using System.Runtime.InteropServices;
using Ganglion.Events;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka;

/// <summary>Records as the native client takes and gives them.</summary>
internal static class RecordConversion
{
    private static readonly long MostMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static Client.Message<byte[]?, byte[]?> ToMessage(in Record record) => new()
    {
        Key = ToArray(record.Key),
        Value = ToArray(record.Value),
        Headers = ToHeaders(record.Headers),
        Timestamp = record.Timestamp == default ? Client.Timestamp.Default : new Client.Timestamp(record.Timestamp),
    };

    public static Record ToRecord(Client.Message<byte[]?, byte[]?> message) => new(
        ToMemory(message.Key), ToMemory(message.Value), ToHeaders(message.Headers), ToTime(message.Timestamp.UnixTimestampMs));

    // Producers write what they like. Before 1970 there is no time on Kafka, and -1 says so; .NET knows none beyond the year 9999.
    private static DateTimeOffset ToTime(long milliseconds) =>
        milliseconds < 0 ? default : DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, MostMilliseconds));

    private static byte[]? ToArray(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } memory)
        {
            return null;
        }

        bool isWhole = MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) && segment.Count == segment.Array!.Length;
        return isWhole ? segment.Array : memory.ToArray();
    }

    // Not the conversion that the language offers: it makes empty memory of null.
    private static ReadOnlyMemory<byte>? ToMemory(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    private static Client.Headers? ToHeaders(RecordHeaders headers)
    {
        if (headers.Count == 0)
        {
            return null;
        }

        var all = new Client.Headers();
        foreach (RecordHeader header in headers)
        {
            all.Add(header.Name, ToArray(header.Value));
        }

        return all;
    }

    private static RecordHeaders ToHeaders(Client.Headers? headers) =>
        headers is { Count: > 0 } ? RecordHeaders.Create([.. headers.Select(header => new RecordHeader(header.Key, ToMemory(header.GetValueBytes())))]) : default;
}
