using Ganglion.Brokers.Embedded.Records.Compression;
using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Records;

/// <summary>Checks a record batch that somebody else has built, before it becomes part of the log.</summary>
internal static class RecordBatchValidation
{
    private const string NoTime = "A record has a time that does not exist. Times are milliseconds since the Unix epoch.";

    /// <summary>What is wrong with the records of a batch whose checksum is right; null if nothing is.</summary>
    /// <param name="header">The header of the batch.</param>
    /// <param name="batch">The whole batch.</param>
    /// <param name="needsKeys">Whether each record must have a key, as in a compacted topic.</param>
    /// <param name="maxBytes">The most bytes of memory that a compressed batch may take for whoever reads it.</param>
    /// <param name="maxTimestamp">The newest time of its records, which its header may tell wrongly.</param>
    /// <exception cref="BatchTooLargeException">It takes more.</exception>
    public static string? FaultOf(in RecordBatchHeader header, ReadOnlyMemory<byte> batch, bool needsKeys, int maxBytes, out long maxTimestamp)
    {
        maxTimestamp = header.MaxTimestamp;
        if (header.RecordCount == 0 || header.LastOffset - header.BaseOffset != header.RecordCount - 1)
        {
            return "It has another number of records than of offsets.";
        }

        try
        {
            if (header.Compression == 0)
            {
                return FaultOf(header, batch.Span[RecordBatchHeader.Size..header.Length], needsKeys, out maxTimestamp);
            }

            // Records of a few bytes take more memory than their bytes.
            long left = maxBytes - ((long)header.RecordCount * RecordBatchReader.BytesPerRecord);
            return left < 0
                ? throw new BatchTooLargeException()
                : FaultOf(header, BatchCompression.Decompress(header, batch[..header.Length], (int)left).Span, needsKeys, out maxTimestamp);
        }
        catch (FormatException exception) when (exception is not BatchTooLargeException)
        {
            return exception.Message;
        }
    }

    private static string? FaultOf(in RecordBatchHeader header, ReadOnlySpan<byte> records, bool needsKeys, out long maxTimestamp)
    {
        maxTimestamp = long.MinValue;
        int position = 0;
        for (int i = 0; i < header.RecordCount; i++)
        {
            int length = VarInt.ReadSigned(records, ref position);
            if (length < 0 || length > records.Length - position)
            {
                return "A record exceeds its batch.";
            }

            ReadOnlySpan<byte> record = records.Slice(position, length);
            position += length;
            int at = 1; // Behind the attributes, of which there are none.
            long timestamp = header.BaseTimestamp + VarInt.ReadSignedLong(record, ref at);
            maxTimestamp = Math.Max(maxTimestamp, timestamp);
            if (!RecordBatchReader.IsTime(timestamp))
            {
                return NoTime;
            }

            if (VarInt.ReadSigned(record, ref at) != i)
            {
                return "Its offsets do not follow each other.";
            }

            bool hasKey = SkipBytes(record, ref at);
            if (needsKeys && !hasKey)
            {
                return "A record has no key, which a compacted topic needs.";
            }

            SkipBytes(record, ref at);
            int headers = VarInt.ReadSigned(record, ref at);
            for (int left = headers; left > 0; left--)
            {
                if (!SkipBytes(record, ref at))
                {
                    return "A header has no key.";
                }

                SkipBytes(record, ref at);
            }

            if (headers < 0 || at != record.Length)
            {
                return "A record is longer than its fields.";
            }
        }

        return position == records.Length ? null : "Something follows its last record.";
    }

    // Whether there are any.
    private static bool SkipBytes(ReadOnlySpan<byte> record, ref int position)
    {
        int length = VarInt.ReadSigned(record, ref position);
        if (length > record.Length - position)
        {
            throw new FormatException("A field of a record exceeds the record.");
        }

        position += Math.Max(length, 0);
        return length >= 0;
    }
}
