using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Records;

/// <summary>Decodes the records of a batch of format 2. The records refer to the batch's memory.</summary>
internal static class RecordBatchReader
{
    private const int CompressionMask = 0x07;
    private const int ControlMask = 0x20;

    /// <summary>Appends the records from an offset on to a list.</summary>
    /// <param name="batch">One whole batch.</param>
    /// <param name="fromOffset">Records before it are passed over.</param>
    /// <param name="records">Where they go.</param>
    /// <exception cref="FormatException">The bytes are no valid records.</exception>
    public static void Read(ReadOnlyMemory<byte> batch, long fromOffset, List<ConsumedRecord> records)
    {
        if (!RecordBatchHeader.TryRead(batch.Span, out RecordBatchHeader header))
        {
            throw new FormatException("No record batch of format 2 begins here.");
        }

        if ((header.Attributes & CompressionMask) != 0)
        {
            throw new FormatException("Compressed record batches are not supported.");
        }

        if ((header.Attributes & ControlMask) != 0)
        {
            return;
        }

        ReadOnlySpan<byte> span = batch.Span[..header.Length];
        int position = RecordBatchHeader.Size;
        for (int i = 0; i < header.RecordCount; i++)
        {
            int length = VarInt.ReadSigned(span, ref position);
            int end = position + length;
            if (length < 0 || end > span.Length)
            {
                throw new FormatException("A record exceeds its batch.");
            }

            position++;
            long timestamp = header.BaseTimestamp + VarInt.ReadSignedLong(span, ref position);
            long offset = header.BaseOffset + VarInt.ReadSigned(span, ref position);
            if (offset >= fromOffset)
            {
                ReadOnlyMemory<byte>? key = ReadBytes(batch, span, ref position);
                ReadOnlyMemory<byte>? value = ReadBytes(batch, span, ref position);
                int headers = VarInt.ReadSigned(span, ref position);
                records.Add(new ConsumedRecord(offset, new Record(
                    key,
                    value,
                    new RecordHeaders(batch[position..end], headers),
                    DateTimeOffset.FromUnixTimeMilliseconds(timestamp))));
            }

            position = end;
        }
    }

    private static ReadOnlyMemory<byte>? ReadBytes(ReadOnlyMemory<byte> batch, ReadOnlySpan<byte> span, ref int position)
    {
        int length = VarInt.ReadSigned(span, ref position);
        if (length < 0)
        {
            return null;
        }

        ReadOnlyMemory<byte> bytes = batch.Slice(position, length);
        position += length;
        return bytes;
    }
}
