using Ganglion.Brokers.Embedded.Producers;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>The log of a volatile partition: batches in memory, and nothing anywhere else.</summary>
internal sealed class MemoryLog : IPartitionLog
{
    private readonly BatchList _batches = new();
    private readonly Lock _moving = new();
    private long _startOffset;
    private long _endOffset;
    private long _cleanOffset;

    public long StartOffset => Volatile.Read(ref _startOffset);

    public long EndOffset => Volatile.Read(ref _endOffset);

    public long CompactedOffset => _cleanOffset;

    public long Bytes => _batches.Bytes;

    public void Append(in StoredBatch batch)
    {
        _batches.Append(batch);
        Volatile.Write(ref _endOffset, batch.LastOffset + 1);
    }

    public ValueTask ReadAsync(long offset, int maxBytes, List<StoredBatch> batches, CancellationToken cancellationToken)
    {
        _batches.Read(offset, maxBytes, batches);
        return ValueTask.CompletedTask;
    }

    public CorruptLogException Unreadable(in StoredBatch batch, string fault) => new("memory", 0, fault, batch.LastOffset + 1);

    public ValueTask<long?> FindBatchAsync(long timestamp, CancellationToken cancellationToken)
    {
        foreach (StoredBatch batch in _batches.Snapshot())
        {
            if (batch.MaxTimestamp >= timestamp)
            {
                return new(batch.BaseOffset);
            }
        }

        return new((long?)null);
    }

    public long FindMaxTimestamp() => _batches.Snapshot().Select(batch => batch.MaxTimestamp).DefaultIfEmpty(long.MinValue).Max();

    public void DeleteBefore(long offset)
    {
        MoveStart(offset);
        DropBeforeStart();
    }

    public ValueTask CleanAsync(TopicSettings settings, long now, CancellationToken cancellationToken)
    {
        DropBeforeStart();
        if (settings.Cleanup!.Value.HasFlag(CleanupPolicy.Delete))
        {
            // What a transaction that is open has written stays until it is decided.
            long stable = Transactions?.LastStableOffset ?? long.MaxValue;
            _batches.DropWhile((batch, left) =>
                batch.LastOffset < stable && Retention.IsExpired(settings, batch.MaxTimestamp, left, now) && MoveStart(batch.LastOffset + 1));
        }

        if (settings.Cleanup.Value.HasFlag(CleanupPolicy.Compact))
        {
            Compact(settings, now);
        }

        return ValueTask.CompletedTask;
    }

    public ITransactionView? Transactions { private get; set; }

    public ProducerSnapshot? ReadProducers() => null;

    public void WriteProducers(ProducerSnapshot snapshot)
    {
        // Nothing outlives the process.
    }

    public void Delete() => _batches.DropWhile((_, _) => true);

    // The start moves first: nobody is to be promised what is about to go.
    private bool MoveStart(long offset)
    {
        lock (_moving)
        {
            Volatile.Write(ref _startOffset, Math.Max(StartOffset, offset));
        }

        return true;
    }

    private void DropBeforeStart()
    {
        long start = StartOffset;
        _batches.DropWhile((batch, _) => batch.LastOffset < start);
    }

    private void Compact(TopicSettings settings, long now)
    {
        long end = Transactions?.LastStableOffset ?? long.MaxValue;
        StoredBatch[] batches = [.. _batches.Snapshot().TakeWhile(batch => Compaction.MayTake(settings, batch.MaxTimestamp, now) && batch.LastOffset < end)];
        if (batches.Length == 0 || batches[^1].LastOffset < _cleanOffset)
        {
            return;
        }

        var compaction = new Compaction(settings, now, Transactions);
        foreach (StoredBatch batch in batches)
        {
            compaction.Learn(batch);
        }

        var kept = new List<StoredBatch>();
        foreach (StoredBatch batch in batches)
        {
            if (compaction.Rewrite(batch) is { } rewritten)
            {
                kept.Add(rewritten);
            }
        }

        _cleanOffset = batches[^1].LastOffset + 1;
        _batches.ReplaceThrough(batches[^1].LastOffset, kept);
    }
}
