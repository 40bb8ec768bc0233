using System.Runtime.CompilerServices;
using Ganglion.Brokers.Embedded.Records.Compression;
using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Records;

/// <summary>Decodes the records of a batch of format 2. The records refer to the batch's memory.</summary>
internal static class RecordBatchReader
{
    /// <summary>Length, attributes, timestamp, offset, key, value, headers: at least a byte each.</summary>
    public const int MinRecordSize = 7;

    /// <summary>The bytes of memory that a record takes beside the bytes of its batch.</summary>
    public static readonly int BytesPerRecord = Unsafe.SizeOf<ConsumedRecord>();

    private static readonly long MinTimestamp = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long MaxTimestamp = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Appends the records from an offset on to a list.</summary>
    /// <param name="batch">One whole batch.</param>
    /// <param name="fromOffset">Records before it are passed over.</param>
    /// <param name="records">Where they go.</param>
    /// <returns>How many bytes the batch has when it is not compressed.</returns>
    /// <exception cref="CodecMissingException">What decompresses them is not on this machine.</exception>
    /// <exception cref="FormatException">The bytes are no valid records.</exception>
    public static int Read(ReadOnlyMemory<byte> batch, long fromOffset, List<ConsumedRecord> records)
    {
        if (!RecordBatchHeader.TryRead(batch.Span, out RecordBatchHeader header))
        {
            throw new FormatException("No record batch of format 2 begins here.");
        }

        if (header.IsControl)
        {
            return header.Length;
        }

        if (header.Compression == 0)
        {
            Read(header, batch[..header.Length], RecordBatchHeader.Size, fromOffset, records);
            return header.Length;
        }

        ReadOnlyMemory<byte> decompressed = BatchCompression.Decompress(header, batch[..header.Length]);
        Read(header, decompressed, position: 0, fromOffset, records);
        return RecordBatchHeader.Size + decompressed.Length;
    }

    /// <summary>Whether there is a time of so many milliseconds since the Unix epoch.</summary>
    public static bool IsTime(long timestamp) => timestamp >= MinTimestamp && timestamp <= MaxTimestamp;

    /// <summary>Appends the records of a batch that ends a transaction, which are none of anybody's, to a list.</summary>
    /// <exception cref="FormatException">The bytes are no valid records.</exception>
    public static void ReadControl(ReadOnlyMemory<byte> batch, List<ConsumedRecord> records)
    {
        if (RecordBatchHeader.TryRead(batch.Span, out RecordBatchHeader header))
        {
            Read(header, batch[..header.Length], RecordBatchHeader.Size, fromOffset: 0, records);
        }
    }

    private static void Read(
        in RecordBatchHeader header, ReadOnlyMemory<byte> batch, int position, long fromOffset, List<ConsumedRecord> records)
    {
        ReadOnlySpan<byte> span = batch.Span;
        for (int i = 0; i < header.RecordCount; i++)
        {
            int length = VarInt.ReadSigned(span, ref position);
            if (length < 0 || length > span.Length - position)
            {
                throw new FormatException("A record exceeds its batch.");
            }

            int end = position + length;
            ReadOnlySpan<byte> upToEnd = span[..end];
            position++;
            long timestamp = header.BaseTimestamp + VarInt.ReadSignedLong(upToEnd, ref position);
            long offset = header.BaseOffset + VarInt.ReadSigned(upToEnd, ref position);
            if (offset < header.BaseOffset || offset > header.LastOffset || !IsTime(timestamp))
            {
                throw new FormatException("A record has an offset that is not in its batch, or a time that does not exist.");
            }

            if (offset >= fromOffset)
            {
                ReadOnlyMemory<byte>? key = VarInt.ReadBytes(batch, upToEnd, ref position);
                ReadOnlyMemory<byte>? value = VarInt.ReadBytes(batch, upToEnd, ref position);
                int headers = VarInt.ReadSigned(upToEnd, ref position);
                if (headers < 0)
                {
                    throw new FormatException("A record has a negative number of headers.");
                }

                records.Add(new ConsumedRecord(offset, new Record(
                    key,
                    value,
                    new RecordHeaders(batch[position..end], headers),
                    DateTimeOffset.FromUnixTimeMilliseconds(timestamp))));
            }

            position = end;
        }
    }
}
