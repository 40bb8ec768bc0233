using System.Buffers.Binary;

namespace Ganglion.Brokers.Embedded.Records;

/// <summary>
/// The fixed head of a record batch, format 2 (Kafka documentation, section 5.3.1 "Record Batch"; big-endian). The checksum
/// covers everything from the attributes on, so that the broker can set the base offset without computing it anew.
/// </summary>
internal readonly struct RecordBatchHeader
{
    /// <summary>The bytes before the first record.</summary>
    public const int Size = 61;

    /// <summary>The bytes that <see cref="Length"/> does not count: base offset and length itself.</summary>
    public const int LengthOverhead = 12;

    public const int LengthPosition = 8;
    public const int MagicPosition = 16;
    public const int CrcPosition = 17;
    public const int AttributesPosition = 21;
    public const int LastOffsetDeltaPosition = 23;
    public const int BaseTimestampPosition = 27;
    public const int MaxTimestampPosition = 35;
    public const int ProducerIdPosition = 43;
    public const int ProducerEpochPosition = 51;
    public const int BaseSequencePosition = 53;
    public const int RecordCountPosition = 57;

    private RecordBatchHeader(ReadOnlySpan<byte> batch)
    {
        BaseOffset = BinaryPrimitives.ReadInt64BigEndian(batch);
        Length = BinaryPrimitives.ReadInt32BigEndian(batch[LengthPosition..]) + LengthOverhead;
        Crc = BinaryPrimitives.ReadUInt32BigEndian(batch[CrcPosition..]);
        Attributes = BinaryPrimitives.ReadInt16BigEndian(batch[AttributesPosition..]);
        LastOffset = BaseOffset + BinaryPrimitives.ReadInt32BigEndian(batch[LastOffsetDeltaPosition..]);
        BaseTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch[BaseTimestampPosition..]);
        MaxTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch[MaxTimestampPosition..]);
        RecordCount = BinaryPrimitives.ReadInt32BigEndian(batch[RecordCountPosition..]);
    }

    public long BaseOffset { get; }

    /// <summary>The whole batch in bytes, this header included.</summary>
    public int Length { get; }

    public uint Crc { get; }

    public short Attributes { get; }

    public long LastOffset { get; }

    /// <summary>Milliseconds since the Unix epoch; records count from here.</summary>
    public long BaseTimestamp { get; }

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public long MaxTimestamp { get; }

    public int RecordCount { get; }

    /// <summary>Reads a header; false where no batch of format 2 can begin.</summary>
    public static bool TryRead(ReadOnlySpan<byte> batch, out RecordBatchHeader header)
    {
        if (batch.Length < Size || batch[MagicPosition] != 2)
        {
            header = default;
            return false;
        }

        header = new RecordBatchHeader(batch);
        return header.Length >= Size && header.BaseOffset >= 0 && header.LastOffset >= header.BaseOffset && header.RecordCount >= 0;
    }

    /// <summary>Whether the bytes of a whole batch are those that were written.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> batch) =>
        TryRead(batch, out RecordBatchHeader header)
        && header.Length <= batch.Length
        && Crc32C.Compute(batch[AttributesPosition..header.Length]) == header.Crc;

    public static void SetBaseOffset(Span<byte> batch, long offset) => BinaryPrimitives.WriteInt64BigEndian(batch, offset);
}
