using System.Buffers.Binary;
using System.Text;
using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>
/// How a committed offset lies in <c>__consumer_offsets</c>: Kafka's <c>OffsetCommitKey</c> of version 1 and
/// <c>OffsetCommitValue</c> of version 3, as the schemas in Kafka's group coordinator define them. Big-endian; a string is a
/// 16-bit length and its UTF-8.
/// </summary>
internal static class OffsetCommitCodec
{
    private const short KeyVersion = 1;
    private const short ValueVersion = 3;
    private const int UnknownLeaderEpoch = -1;

    /// <summary>The record of a committed offset; without one, the tombstone that removes it.</summary>
    public static Record Encode(string groupId, TopicPartition partition, OffsetAndMetadata? committed, DateTimeOffset time) => new(
        EncodeKey(groupId, partition),
        committed is { } value ? EncodeValue(value, time) : default(ReadOnlyMemory<byte>?),
        Timestamp: time);

    /// <summary>Reads what <see cref="Encode"/> wrote, and what Kafka writes in these and older versions.</summary>
    /// <returns>False for a record of another kind: Kafka keeps the members of groups in the same topic.</returns>
    /// <exception cref="FormatException">The record is of this kind but does not follow the schema.</exception>
    public static bool TryDecode(in Record record, out string groupId, out TopicPartition partition, out OffsetAndMetadata? committed)
    {
        groupId = "";
        partition = default;
        committed = null;
        if (record.Key is not { Length: >= 2 } key)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = key.Span;
        if (TakeInt16(ref rest) is not (0 or KeyVersion))
        {
            return false;
        }

        groupId = TakeString(ref rest);
        partition = new TopicPartition(TakeString(ref rest), TakeInt32(ref rest));
        committed = record.Value is { } value ? DecodeValue(value.Span) : null;
        return true;
    }

    private static byte[] EncodeKey(string groupId, TopicPartition partition)
    {
        byte[] bytes = new byte[2 + SizeOf(groupId) + SizeOf(partition.Topic) + 4];
        Span<byte> rest = bytes;
        Put(ref rest, KeyVersion);
        Put(ref rest, groupId);
        Put(ref rest, partition.Topic);
        Put(ref rest, partition.Partition);
        return bytes;
    }

    private static byte[] EncodeValue(OffsetAndMetadata committed, DateTimeOffset time)
    {
        string metadata = committed.Metadata ?? "";
        byte[] bytes = new byte[2 + 8 + 4 + SizeOf(metadata) + 8];
        Span<byte> rest = bytes;
        Put(ref rest, ValueVersion);
        Put(ref rest, committed.Offset);
        Put(ref rest, UnknownLeaderEpoch);
        Put(ref rest, metadata);
        Put(ref rest, time.ToUnixTimeMilliseconds());
        return bytes;
    }

    private static OffsetAndMetadata DecodeValue(ReadOnlySpan<byte> rest)
    {
        short version = TakeInt16(ref rest);
        if (version is < 0 or > ValueVersion)
        {
            throw new FormatException($"A committed offset has the schema version {version}; known are 0 to {ValueVersion}.");
        }

        long offset = TakeInt64(ref rest);
        if (version >= 3)
        {
            TakeInt32(ref rest);
        }

        string metadata = TakeString(ref rest);
        return new OffsetAndMetadata(offset, metadata.Length == 0 ? null : metadata);
    }

    private static int SizeOf(string text) => 2 + Encoding.UTF8.GetByteCount(text);

    private static void Put(ref Span<byte> rest, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(rest, value);
        rest = rest[2..];
    }

    private static void Put(ref Span<byte> rest, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, value);
        rest = rest[4..];
    }

    private static void Put(ref Span<byte> rest, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(rest, value);
        rest = rest[8..];
    }

    private static void Put(ref Span<byte> rest, string text)
    {
        int length = Encoding.UTF8.GetBytes(text, rest[2..]);
        BinaryPrimitives.WriteInt16BigEndian(rest, checked((short)length));
        rest = rest[(2 + length)..];
    }

    private static short TakeInt16(ref ReadOnlySpan<byte> rest) => BinaryPrimitives.ReadInt16BigEndian(Take(ref rest, 2));

    private static int TakeInt32(ref ReadOnlySpan<byte> rest) => BinaryPrimitives.ReadInt32BigEndian(Take(ref rest, 4));

    private static long TakeInt64(ref ReadOnlySpan<byte> rest) => BinaryPrimitives.ReadInt64BigEndian(Take(ref rest, 8));

    private static string TakeString(ref ReadOnlySpan<byte> rest) => Encoding.UTF8.GetString(Take(ref rest, TakeInt16(ref rest)));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        if (length < 0 || length > rest.Length)
        {
            throw new FormatException("A committed offset is cut off.");
        }

        ReadOnlySpan<byte> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
