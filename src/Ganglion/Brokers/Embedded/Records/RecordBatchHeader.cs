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
    public const int LeaderEpochPosition = 12;
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

    /// <summary>The bit of the attributes that a batch of a transaction has.</summary>
    public const short TransactionalMask = 0x10;

    /// <summary>The bit of the attributes that the end of a transaction has.</summary>
    public const short ControlMask = 0x20;

    private const short LogAppendTimeMask = 0x08;
    private const short CompressionMask = 0x07;

    private RecordBatchHeader(ReadOnlySpan<byte> batch)
    {
        BaseOffset = BinaryPrimitives.ReadInt64BigEndian(batch);
        Length = BinaryPrimitives.ReadInt32BigEndian(batch[LengthPosition..]) + LengthOverhead;
        Crc = BinaryPrimitives.ReadUInt32BigEndian(batch[CrcPosition..]);
        Attributes = BinaryPrimitives.ReadInt16BigEndian(batch[AttributesPosition..]);
        LastOffset = BaseOffset + BinaryPrimitives.ReadInt32BigEndian(batch[LastOffsetDeltaPosition..]);
        BaseTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch[BaseTimestampPosition..]);
        MaxTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch[MaxTimestampPosition..]);
        ProducerId = BinaryPrimitives.ReadInt64BigEndian(batch[ProducerIdPosition..]);
        ProducerEpoch = BinaryPrimitives.ReadInt16BigEndian(batch[ProducerEpochPosition..]);
        BaseSequence = BinaryPrimitives.ReadInt32BigEndian(batch[BaseSequencePosition..]);
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

    /// <summary>The producer that gave it its sequence numbers; -1: none did.</summary>
    public long ProducerId { get; }

    /// <summary>Which life of the producer it was.</summary>
    public short ProducerEpoch { get; }

    /// <summary>The sequence number of the first record.</summary>
    public int BaseSequence { get; }

    public int RecordCount { get; }

    public bool HasProducer => ProducerId >= 0;

    /// <summary>Whether it is part of a transaction, which may be open or aborted.</summary>
    public bool IsTransactional => (Attributes & TransactionalMask) != 0;

    /// <summary>Whether it tells of a transaction's end, rather than having records.</summary>
    public bool IsControl => (Attributes & ControlMask) != 0;

    /// <summary>Whether the broker has given its records their time.</summary>
    public bool HasAppendTime => (Attributes & LogAppendTimeMask) != 0;

    /// <summary>How the records are compressed; 0: not at all.</summary>
    public int Compression => Attributes & CompressionMask;

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

    public static void SetLeaderEpoch(Span<byte> batch, int epoch) => BinaryPrimitives.WriteInt32BigEndian(batch[LeaderEpochPosition..], epoch);

    /// <summary>Corrects the newest timestamp of a whole batch, and its checksum.</summary>
    public static void SetMaxTimestamp(Span<byte> batch, long timestamp)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampPosition..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcPosition..], Crc32C.Compute(batch[AttributesPosition..]));
    }
}
