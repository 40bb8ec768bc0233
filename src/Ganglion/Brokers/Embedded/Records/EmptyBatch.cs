using System.Buffers.Binary;

namespace Ganglion.Brokers.Embedded.Records;

/// <summary>
/// A batch without records: it tells a client that there is nothing at some offsets, so that it goes on behind them. Kafka's own cleaner leaves
/// one where the end of a log was compacted away.
/// </summary>
internal static class EmptyBatch
{
    /// <summary>Builds one.</summary>
    /// <param name="firstOffset">Where nothing begins.</param>
    /// <param name="endOffset">The offset behind it.</param>
    public static ReadOnlyMemory<byte> Create(long firstOffset, long endOffset)
    {
        byte[] batch = new byte[RecordBatchHeader.Size];
        RecordBatchHeader.SetBaseOffset(batch, firstOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.LengthPosition), batch.Length - RecordBatchHeader.LengthOverhead);
        batch[RecordBatchHeader.MagicPosition] = 2;
        BinaryPrimitives.WriteInt32BigEndian(
            batch.AsSpan(RecordBatchHeader.LastOffsetDeltaPosition), (int)Math.Min(endOffset - 1 - firstOffset, int.MaxValue));
        batch.AsSpan(RecordBatchHeader.BaseTimestampPosition..RecordBatchHeader.RecordCountPosition).Fill(0xFF); // No times, no producer: all of them -1.
        BinaryPrimitives.WriteUInt32BigEndian(
            batch.AsSpan(RecordBatchHeader.CrcPosition), Crc32C.Compute(batch.AsSpan(RecordBatchHeader.AttributesPosition)));
        return batch;
    }
}
