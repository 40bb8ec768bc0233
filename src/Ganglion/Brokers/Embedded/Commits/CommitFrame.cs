using System.Buffers.Binary;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// The form of a round in the commit log: a head that lists the batches, then the batches as they lie in the segments. All numbers
/// are little-endian. The head has a checksum of its own, each batch has the one of its format; a frame is there when all agree.
/// </summary>
/// <remarks>
/// <code>
///  0  magic      4 bytes, "GCF1"; "GCI1" if the frames before it may not have been on the disk yet
///  4  length     int32, the whole frame
///  8  epoch      int64, the number of the opening: grows, and cannot be guessed
/// 16  sequence   int64, counts the frames of an epoch from 1
/// 24  batches    int32
/// 28  checksum   uint32, CRC-32C of bytes 0–27 and of all entries
/// 32  entries    32 bytes each: topic id (16), partition (int32), base offset (int64), length (int32)
///     batches    one after the other
/// </code>
/// </remarks>
internal static class CommitFrame
{
    public const int HeadSize = 32;
    public const int EntrySize = 32;
    private const uint Flushed = 0x31464347;
    private const uint Unflushed = 0x31494347;

    /// <summary>One batch of a frame.</summary>
    public readonly record struct Entry(Guid TopicId, int Partition, long BaseOffset, int Length);

    public static int LengthOf(Round round) =>
        HeadSize + round.Batches.Sum(batch => EntrySize + batch.Stored.Bytes.Length);

    /// <summary>Writes the head of a frame.</summary>
    /// <returns>The head's length; the batches follow it.</returns>
    public static int WriteHead(Span<byte> head, Round round, int length, long epoch, long sequence, bool flushed)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(head, flushed ? Flushed : Unflushed);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], length);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], epoch);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], sequence);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], round.Batches.Count);
        int position = HeadSize;
        foreach (RoundBatch batch in round.Batches)
        {
            Span<byte> entry = head.Slice(position, EntrySize);
            batch.Partition.Topic.Id.TryWriteBytes(entry);
            BinaryPrimitives.WriteInt32LittleEndian(entry[16..], batch.Partition.Id.Partition);
            BinaryPrimitives.WriteInt64LittleEndian(entry[20..], batch.BaseOffset);
            BinaryPrimitives.WriteInt32LittleEndian(entry[28..], batch.Stored.Bytes.Length);
            position += EntrySize;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(head[28..], Checksum(head[..position]));
        return position;
    }

    /// <summary>Reads the head of a frame without its entries; false where none begins.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> head, out int length, out long epoch, out long sequence, out int batches)
    {
        length = 0;
        epoch = 0;
        sequence = 0;
        batches = 0;
        if (head.Length < HeadSize || BinaryPrimitives.ReadUInt32LittleEndian(head) is not (Flushed or Unflushed))
        {
            return false;
        }

        length = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        epoch = BinaryPrimitives.ReadInt64LittleEndian(head[8..]);
        sequence = BinaryPrimitives.ReadInt64LittleEndian(head[16..]);
        batches = BinaryPrimitives.ReadInt32LittleEndian(head[24..]);
        return batches > 0 && length >= HeadSize + ((long)batches * EntrySize);
    }

    /// <summary>
    /// Looks for a frame that cannot be there unless all before it were: a later one of the same epoch, written when those before it
    /// were on the disk already. Looks at every byte: what lies behind damage begins anywhere.
    /// </summary>
    public static bool HasLater(ReadOnlyMemory<byte> bytes, long epoch, long sequence)
    {
        Span<byte> magic = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, Flushed);
        for (int found; (found = bytes.Span.IndexOf(magic)) >= 0; bytes = bytes[(found + 1)..])
        {
            ReadOnlyMemory<byte> frame = bytes[found..];
            if (TryReadHead(frame.Span, out _, out long frameEpoch, out long frameSequence, out _)
                && frameEpoch == epoch && frameSequence > sequence && Read(frame) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a whole frame; null if anything in it is not as it was written.</summary>
    public static List<(Entry Entry, StoredBatch Batch)>? Read(ReadOnlyMemory<byte> frame)
    {
        ReadOnlySpan<byte> span = frame.Span;
        if (!TryReadHead(span, out int length, out _, out _, out int count) || length > span.Length)
        {
            return null;
        }

        int position = HeadSize + (count * EntrySize);
        if (Checksum(span[..position]) != BinaryPrimitives.ReadUInt32LittleEndian(span[28..]))
        {
            return null;
        }

        var batches = new List<(Entry, StoredBatch)>(count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = span.Slice(HeadSize + (i * EntrySize), EntrySize);
            int bytes = BinaryPrimitives.ReadInt32LittleEndian(entry[28..]);
            if (bytes < RecordBatchHeader.Size || bytes > length - position)
            {
                return null;
            }

            ReadOnlyMemory<byte> batch = frame.Slice(position, bytes);
            if (!RecordBatchHeader.IsIntact(batch.Span) || !RecordBatchHeader.TryRead(batch.Span, out RecordBatchHeader header))
            {
                return null;
            }

            batches.Add((
                new Entry(
                    new Guid(entry[..16]),
                    BinaryPrimitives.ReadInt32LittleEndian(entry[16..]),
                    BinaryPrimitives.ReadInt64LittleEndian(entry[20..]),
                    bytes),
                new StoredBatch(header.BaseOffset, header.LastOffset, header.MaxTimestamp, batch)));
            position += bytes;
        }

        return batches;
    }

    private static uint Checksum(ReadOnlySpan<byte> head) =>
        ~Crc32C.Append(Crc32C.Append(~0u, head[..28]), head[HeadSize..]);
}
