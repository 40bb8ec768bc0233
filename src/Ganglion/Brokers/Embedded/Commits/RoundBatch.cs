using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>Records for one partition on their way through a <see cref="Round"/>: one record batch.</summary>
internal sealed class RoundBatch
{
    /// <summary>Batches much larger than this would make reading a single record of them expensive.</summary>
    public const int MaxBytes = 1024 * 1024;

    private RecordBatchBuilder? _builder;
    private Memory<byte> _bytes;
    private Acknowledgements? _firstWaiting;
    private Acknowledgements? _lastWaiting;

    /// <summary>Begins a batch, to which records are appended.</summary>
    public RoundBatch(Partition partition, BatchMemory memory, int capacity)
    {
        Partition = partition;
        _builder = new RecordBatchBuilder(memory, capacity);
    }

    /// <summary>Takes a batch that is built already.</summary>
    /// <param name="partition">Where it goes.</param>
    /// <param name="bytes">The whole batch. It is the partition's from now on.</param>
    /// <param name="header">Its header.</param>
    public RoundBatch(Partition partition, Memory<byte> bytes, in RecordBatchHeader header)
    {
        Partition = partition;
        _bytes = bytes;
        Length = header.Length;
        Count = (int)(header.LastOffset - header.BaseOffset) + 1;
        Produced = header.HasProducer ? new ProducedBatch(header) : null;
    }

    public Partition Partition { get; }

    /// <summary>What the header says of the batch's producer; null if it has none.</summary>
    public ProducedBatch? Produced { get; }

    /// <summary>Whether further records are better put into a batch of their own.</summary>
    public bool IsFull => Length >= MaxBytes;

    /// <summary>Whether single appends wait here for their offsets.</summary>
    public bool IsShared => _firstWaiting is not null;

    public int Count { get; private set; }

    public int Length { get; private set; }

    /// <summary>The offset of the first record, once the round is done.</summary>
    public long BaseOffset { get; private set; } = -1;

    /// <summary>The finished batch, once it has its offset.</summary>
    public StoredBatch Stored { get; private set; }

    /// <summary>Appends a record and gives its place within the batch.</summary>
    public int Append(in Record record, long now)
    {
        _builder!.Append(record, now);
        Length = _builder.Length;
        return Count++;
    }

    /// <summary>Appends a record and promises its offset. Guarded by the committer's lock.</summary>
    public ValueTask<TopicPartitionOffset> AppendShared(in Record record, long now)
    {
        int index = Append(record, now);
        _lastWaiting ??= _firstWaiting = new Acknowledgements(this, Partition.ExpectedAppends);
        return _lastWaiting.Add(index, out _lastWaiting);
    }

    /// <summary>Finishes the batch, once. Costs a checksum over its bytes; its offset is not known yet.</summary>
    public void Seal()
    {
        if (_builder is null)
        {
            return;
        }

        _bytes = _builder.Build();
        _builder = null;
        if (IsShared)
        {
            Partition.Expect(Length, Count);
        }
    }

    /// <summary>Gives the batch its offset.</summary>
    public void Place(long baseOffset)
    {
        RecordBatchHeader.SetBaseOffset(_bytes.Span, baseOffset);
        RecordBatchHeader.SetLeaderEpoch(_bytes.Span, 0); // There is but one leader. Clients write what they like.
        RecordBatchHeader.TryRead(_bytes.Span, out RecordBatchHeader header);
        BaseOffset = baseOffset;
        Stored = new StoredBatch(baseOffset, baseOffset + Count - 1, header.MaxTimestamp, _bytes);
    }

    /// <summary>Forgets the bytes, which others keep by now: whoever holds the batch for its offsets does not hold them.</summary>
    public void Release()
    {
        _bytes = default;
        Stored = Stored with { Bytes = default };
    }

    /// <summary>Tells those who wait their offsets, or what went wrong.</summary>
    public void Acknowledge(Exception? failure)
    {
        for (Acknowledgements? waiting = _firstWaiting; waiting is not null; waiting = waiting.Next)
        {
            waiting.Complete(failure);
        }
    }
}
