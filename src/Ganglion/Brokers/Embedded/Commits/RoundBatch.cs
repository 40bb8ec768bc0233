using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>Records for one partition on their way through a <see cref="Round"/>: one record batch.</summary>
internal sealed class RoundBatch(Partition partition, int capacity)
{
    /// <summary>Batches much larger than this would make reading a single record of them expensive.</summary>
    private const int MaxBytes = 1024 * 1024;

    private readonly RecordBatchBuilder _builder = new(capacity);
    private Memory<byte> _bytes;
    private long _baseOffset = -1;

    public Partition Partition { get; } = partition;

    /// <summary>Whether further records are better put into a batch of their own.</summary>
    public bool IsFull => _builder.Length >= MaxBytes;

    public int Count => _builder.Count;

    public int Length => _builder.Length;

    /// <summary>The offset of the first record, once the round is done.</summary>
    public long BaseOffset => _baseOffset;

    /// <summary>The finished batch, once it is sealed.</summary>
    public StoredBatch Sealed { get; private set; }

    /// <summary>Appends a record and gives its place within the batch.</summary>
    public int Append(in Record record, long now)
    {
        _builder.Append(record, now);
        return _builder.Count - 1;
    }

    /// <summary>Finishes the batch, once. Costs a checksum over its bytes; its offset is not known yet.</summary>
    public void Seal()
    {
        if (!_bytes.IsEmpty)
        {
            return;
        }

        Memory<byte> bytes = _builder.Build();
        RecordBatchHeader.TryRead(bytes.Span, out RecordBatchHeader header);
        Sealed = new StoredBatch(-1, -1, header.MaxTimestamp, bytes);
        _bytes = bytes;
        Partition.ExpectedBatchBytes = bytes.Length;
    }

    /// <summary>Gives the batch its offset.</summary>
    public void Place(long baseOffset)
    {
        RecordBatchHeader.SetBaseOffset(_bytes.Span, baseOffset);
        _baseOffset = baseOffset;
        Sealed = Sealed with { BaseOffset = baseOffset, LastOffset = baseOffset + Count - 1 };
    }
}
