using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A batch as it lies in the log, which clients do not show: <c>Fetch</c>, version 10, and KIP-98's header.</summary>
internal sealed record StoredBatch(short Attributes, long ProducerId, int BaseSequence, int Records)
{
    private const int LengthPosition = 8;
    private const int HeadBytes = 12;
    private const int AttributesPosition = 21;
    private const int ProducerIdPosition = 43;
    private const int BaseSequencePosition = 53;
    private const int CountPosition = 57;
    private const int AbortedTransactionBytes = 16;

    /// <summary>How its records are compressed, as clients call it.</summary>
    public string Compression => (Attributes & 7) switch { 0 => "none", 1 => "gzip", 2 => "snappy", 3 => "lz4", 4 => "zstd", int other => $"{other}" };

    public bool IsTransactional => (Attributes & 0x10) != 0;

    /// <summary>Whether a transaction ends here.</summary>
    public bool IsControl => (Attributes & 0x20) != 0;

    /// <summary>Reads all of a partition.</summary>
    public static async Task<List<StoredBatch>> ReadAsync(string servers, string topic, int partition = 0)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(servers), TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Framed(Request(topic, partition)), TestContext.Current.CancellationToken);
        byte[] length = new byte[4];
        await stream.ReadExactlyAsync(length, TestContext.Current.CancellationToken);
        byte[] answer = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        return Parse(answer, topic);
    }

    // No replica; no wait; what is not committed, too; no session; of one partition all, whatever the leader's epoch; nothing is forgotten.
    private static byte[] Request(string topic, int partition) =>
    [
        .. Int16(1), .. Int16(10), .. Int32(1), .. Text("tests"),
        .. Int32(-1), .. Int32(0), .. Int32(0), .. Int32(int.MaxValue), 0, .. Int32(0), .. Int32(-1),
        .. Int32(1), .. Text(topic), .. Int32(1), .. Int32(partition), .. Int32(-1), .. Int64(0), .. Int64(-1), .. Int32(int.MaxValue),
        .. Int32(0),
    ];

    // The number of the request, a throttle time, an error, a session, one topic, and of it one partition: its number, an error, and three offsets.
    private static List<StoredBatch> Parse(ReadOnlySpan<byte> answer, string topic)
    {
        ReadOnlySpan<byte> partition = answer[(4 + 4 + 2 + 4 + 4 + 2 + topic.Length + 4)..];
        BinaryPrimitives.ReadInt16BigEndian(partition[4..]).ShouldBe((short)0);
        partition = partition[(4 + 2 + 8 + 8 + 8)..];
        int aborted = Math.Max(BinaryPrimitives.ReadInt32BigEndian(partition), 0);
        ReadOnlySpan<byte> log = partition[(4 + (aborted * AbortedTransactionBytes) + 4)..];
        var batches = new List<StoredBatch>();
        while (!log.IsEmpty)
        {
            batches.Add(new StoredBatch(
                BinaryPrimitives.ReadInt16BigEndian(log[AttributesPosition..]),
                BinaryPrimitives.ReadInt64BigEndian(log[ProducerIdPosition..]),
                BinaryPrimitives.ReadInt32BigEndian(log[BaseSequencePosition..]),
                BinaryPrimitives.ReadInt32BigEndian(log[CountPosition..])));
            log = log[(HeadBytes + BinaryPrimitives.ReadInt32BigEndian(log[LengthPosition..]))..];
        }

        return batches;
    }

    private static byte[] Framed(byte[] request) => [.. Int32(request.Length), .. request];

    private static byte[] Text(string text) => [.. Int16((short)text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Int16(short value) => Int64(value)[6..];

    private static byte[] Int32(int value) => Int64(value)[4..];

    private static byte[] Int64(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
