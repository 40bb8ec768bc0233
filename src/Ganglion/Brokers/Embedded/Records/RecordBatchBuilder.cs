using System.Buffers.Binary;
using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Records;

/// <summary>Encodes records into one batch of format 2, in a buffer that grows as needed.</summary>
internal sealed class RecordBatchBuilder
{
    private readonly BatchMemory _memory;
    private Memory<byte> _buffer;
    private int _length = RecordBatchHeader.Size;
    private int _count;
    private long _baseOffset;
    private long _lastOffset = -1;
    private long _baseTimestamp;
    private long _maxTimestamp = long.MinValue;

    /// <param name="memory">Where the buffer comes from.</param>
    /// <param name="capacity">How many bytes to begin with.</param>
    public RecordBatchBuilder(BatchMemory memory, int capacity)
    {
        _memory = memory;
        _buffer = memory.Take(Math.Max(capacity, RecordBatchHeader.Size + 64));
    }

    public int Count => _count;

    /// <summary>The batch in bytes, as far as it is written.</summary>
    public int Length => _length;

    /// <summary>The most bytes that a record can take in a batch.</summary>
    public static int SizeLimitOf(in Record record) =>
        (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0) + record.Headers.Encoded.Length
        + (5 * VarInt.MaxBytes) + VarInt.MaxLongBytes + 1;

    /// <summary>Appends a record behind the last one.</summary>
    /// <param name="record">The record.</param>
    /// <param name="now">Its timestamp if it has none; milliseconds since the Unix epoch.</param>
    public void Append(in Record record, long now) =>
        Append(record, record.Timestamp == default ? now : record.Timestamp.ToUnixTimeMilliseconds(), _lastOffset + 1);

    /// <summary>Appends a record at an offset of its own, as a compaction does, which leaves gaps.</summary>
    public void AppendAt(in Record record, long offset)
    {
        if (_count == 0)
        {
            _baseOffset = offset;
        }

        Append(record, record.Timestamp.ToUnixTimeMilliseconds(), offset);
    }

    /// <summary>Completes the header and gives the finished batch.</summary>
    public Memory<byte> Build() => BuildForProducer(producerId: -1, epoch: -1, attributes: 0);

    /// <summary>Completes the header of a batch of a producer that has an id, and gives the finished batch.</summary>
    public Memory<byte> BuildForProducer(long producerId, short epoch, short attributes)
    {
        Span<byte> batch = _buffer.Span;
        BinaryPrimitives.WriteInt64BigEndian(batch, _baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.LengthPosition..], _length - RecordBatchHeader.LengthOverhead);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.LeaderEpochPosition..], 0);
        batch[RecordBatchHeader.MagicPosition] = 2;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchHeader.AttributesPosition..], attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.LastOffsetDeltaPosition..], (int)(_lastOffset - _baseOffset));
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.BaseTimestampPosition..], _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.MaxTimestampPosition..], _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.ProducerIdPosition..], producerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchHeader.ProducerEpochPosition..], epoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.BaseSequencePosition..], -1);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.RecordCountPosition..], _count);
        BinaryPrimitives.WriteUInt32BigEndian(
            batch[RecordBatchHeader.CrcPosition..], Crc32C.Compute(batch[RecordBatchHeader.AttributesPosition.._length]));
        return _buffer[.._length];
    }

    private void Append(in Record record, long timestamp, long offset)
    {
        if (_count == 0)
        {
            _baseTimestamp = timestamp;
        }

        int keyLength = record.Key?.Length ?? -1;
        int valueLength = record.Value?.Length ?? -1;
        long timestampDelta = timestamp - _baseTimestamp;
        int offsetDelta = (int)(offset - _baseOffset);
        ReadOnlySpan<byte> headers = record.Headers.Encoded.Span;

        int body = 1 + VarInt.SizeOf(timestampDelta) + VarInt.SizeOf(offsetDelta)
            + VarInt.SizeOf(keyLength) + Math.Max(0, keyLength)
            + VarInt.SizeOf(valueLength) + Math.Max(0, valueLength)
            + VarInt.SizeOf(record.Headers.Count) + headers.Length;
        Reserve(VarInt.MaxBytes + body);

        Span<byte> buffer = _buffer.Span;
        int position = _length;
        position += VarInt.Write(buffer[position..], body);
        buffer[position++] = 0;
        position += VarInt.Write(buffer[position..], timestampDelta);
        position += VarInt.Write(buffer[position..], offsetDelta);
        position += WriteBytes(buffer[position..], record.Key);
        position += WriteBytes(buffer[position..], record.Value);
        position += VarInt.Write(buffer[position..], record.Headers.Count);
        headers.CopyTo(buffer[position..]);

        _length = position + headers.Length;
        _lastOffset = offset;
        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
        _count++;
    }

    private static int WriteBytes(Span<byte> destination, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } value)
        {
            return VarInt.Write(destination, -1);
        }

        int written = VarInt.Write(destination, value.Length);
        value.Span.CopyTo(destination[written..]);
        return written + value.Length;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Memory<byte> larger = _memory.Take(Math.Max(_buffer.Length * 2, _length + bytes));
            _buffer[.._length].CopyTo(larger);
            _buffer = larger;
        }
    }
}
