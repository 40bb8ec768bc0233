using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Records.Compression;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>
/// One partition: a log with an end that only the committer moves. Readers see what lies below <see cref="LastStableOffset"/>;
/// everything below it is durable as far as the flush policy says, and of no transaction that is open.
/// </summary>
internal sealed partial class Partition : ITransactionView
{
    private long _highWatermark;

    public Partition(Topic topic, int number, IPartitionLog log)
    {
        Id = new TopicPartition(topic.Name, number);
        Topic = topic;
        Log = log;
        log.Transactions = this;
        _highWatermark = NextOffset = log.EndOffset;
    }

    public TopicPartition Id { get; }

    public Topic Topic { get; }

    /// <summary>Where the records are kept.</summary>
    public IPartitionLog Log { get; }

    public long EarliestOffset => Log.StartOffset;

    /// <summary>The offset behind the last record.</summary>
    public long HighWatermark => Volatile.Read(ref _highWatermark);

    /// <summary>The offset that the committer gives to the next record. Touched by the committer only.</summary>
    public long NextOffset { get; set; }

    /// <summary>The batch that single appends to this partition share. Guarded by the committer's lock.</summary>
    public RoundBatch? Shared { get; set; }

    /// <summary>How many bytes the next shared batch will probably take. A guess, like <see cref="ExpectedAppends"/>.</summary>
    public int ExpectedBytes { get; private set; } = 1024;

    /// <summary>How many records the next shared batch will probably have.</summary>
    public int ExpectedAppends { get; private set; }

    /// <summary>Raised after the high watermark moved, by the committer, or the start, and when the topic is deleted: handlers only set a signal.</summary>
    public event Action? Appended;

    /// <summary>Learns from a shared batch: follows rises at once and falls slowly, because too small a buffer costs more than too large a one.</summary>
    public void Expect(int bytes, int appends)
    {
        ExpectedBytes = Math.Max(bytes, ExpectedBytes / 4 * 3);
        ExpectedAppends = Math.Max(appends, ExpectedAppends / 4 * 3);
    }

    /// <summary>Makes a committed batch visible. Called by the committer only; <see cref="Signal"/> follows.</summary>
    public void Publish(RoundBatch batch)
    {
        StoredBatch stored = batch.Stored;
        try
        {
            if (batch.Produced is { } produced)
            {
                Producers.Publish(produced, stored);
            }

            Log.Append(stored);
        }
        finally
        {
            // Whatever has failed, these offsets are on the disk, and are not to be given again.
            Volatile.Write(ref _highWatermark, stored.LastOffset + 1);
        }
    }

    /// <summary>Wakes whoever waits for more.</summary>
    public void Signal() => Appended?.Invoke();

    /// <summary>Reads records from an offset on; never waits for new ones.</summary>
    /// <param name="offset">The first offset to read.</param>
    /// <param name="maxBytes">The most bytes of batches to read, as they are when they are not compressed, except that the first is read whole.</param>
    /// <param name="cancellationToken">Gives up waiting for the disk.</param>
    /// <returns>The records; empty at the end of the log.</returns>
    /// <exception cref="TopicException">The topic was deleted.</exception>
    /// <exception cref="OffsetOutOfRangeException">The offset lies behind the end.</exception>
    /// <exception cref="CorruptLogException">A batch on disk is damaged.</exception>
    /// <exception cref="StorageException">The disk cannot be read, or what decompresses a batch is not there (<c>compression-unsupported</c>).</exception>
    public async ValueTask<ConsumedBatch> ReadAsync(long offset, int maxBytes, CancellationToken cancellationToken)
    {
        Topic.ThrowIfDeleted();
        long end = LastStableOffset;
        if (offset > HighWatermark)
        {
            throw new OffsetOutOfRangeException(
                "offset-out-of-range", $"Offset {offset} lies behind the end of {Id}, which is {end}.");
        }

        offset = Math.Max(offset, EarliestOffset); // A batch may begin before the first record that is kept.
        if (offset >= end)
        {
            return new ConsumedBatch(Id, [], offset, end);
        }

        AbortedTransactions aborted = Aborted;
        var batches = new List<StoredBatch>();
        await Log.ReadAsync(offset, maxBytes, batches, cancellationToken).ConfigureAwait(false);
        if (batches.Count == 0)
        {
            Topic.ThrowIfDeleted();
        }

        List<ConsumedRecord> records = Decode(batches, aborted, offset, end, maxBytes, out long nextOffset);
        return new ConsumedBatch(Id, records, batches.Count == 0 ? end : nextOffset, end);
    }

    /// <summary>Deletes the records before an offset for good. Whoever reads there goes on behind them.</summary>
    /// <param name="offset">The first offset to keep; null: none of the records that are there now.</param>
    /// <returns>The first offset that is kept; it may lie behind the one that was asked for.</returns>
    /// <exception cref="OffsetOutOfRangeException">The offset is negative, or lies behind the end.</exception>
    /// <exception cref="TopicException">The topic was deleted.</exception>
    /// <exception cref="StorageException">That cannot be made to last; nothing is deleted.</exception>
    public long DeleteBefore(long? offset)
    {
        Topic.ThrowIfDeleted();
        long end = HighWatermark;
        if (offset < 0 || offset > end)
        {
            throw new OffsetOutOfRangeException(
                "offset-out-of-range", $"Records of {Id} cannot be deleted up to offset {offset}; allowed are 0 to {end}, its end.");
        }

        if ((offset ?? end) > EarliestOffset)
        {
            // What is known of producers cannot be learnt from what goes.
            SaveProducers();
            Log.DeleteBefore(offset ?? end);
            Signal();
        }

        return EarliestOffset;
    }

    /// <summary>Turns a position into an offset.</summary>
    public async ValueTask<long> FindOffsetAsync(OffsetPosition position, CancellationToken cancellationToken)
    {
        Topic.ThrowIfDeleted();
        switch (position.Kind)
        {
            case OffsetPositionKind.Earliest:
                return EarliestOffset;
            case OffsetPositionKind.Latest:
                return LastStableOffset;
            case OffsetPositionKind.End:
                return HighWatermark;
            case OffsetPositionKind.Offset:
                return Math.Max(position.Offset, EarliestOffset);
            default:
                long milliseconds = position.Time.ToUnixTimeMilliseconds();
                long start = await Log.FindBatchAsync(milliseconds, cancellationToken).ConfigureAwait(false) ?? LastStableOffset;
                return await FindRecordAsync(start, milliseconds, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The records of the batches from an offset on, up to the first batch that is none of ours.</summary>
    /// <exception cref="CorruptLogException">The first batch is none: its bytes are what was written, but not what this broker writes.</exception>
    /// <exception cref="StorageException">The first batch is compressed, and what decompresses it is not there.</exception>
    private List<ConsumedRecord> Decode(
        List<StoredBatch> batches, AbortedTransactions aborted, long offset, long end, int maxBytes, out long nextOffset)
    {
        var records = new List<ConsumedRecord>(batches.Sum(CountAtMost));
        nextOffset = offset;
        long bytes = 0;
        foreach (StoredBatch batch in batches)
        {
            // Batches that were read as few bytes can be many when they are decompressed.
            if (batch.BaseOffset >= end || bytes >= maxBytes)
            {
                break;
            }

            int before = records.Count;
            try
            {
                if (aborted.Find(batch) is null)
                {
                    bytes += RecordBatchReader.Read(batch.Bytes, offset, records);
                }
            }
            catch (FormatException) when (nextOffset > offset)
            {
                // Delivered first, without anything of the batch that is none. The next read begins with it, and tells.
                records.RemoveRange(before, records.Count - before);
                break;
            }
            catch (CodecMissingException exception)
            {
                // Nothing is wrong with the batch, so nobody is to go on behind it.
                throw new StorageException("compression-unsupported", $"Offset {batch.BaseOffset} of {Id} cannot be read. {exception.Message}", exception);
            }
            catch (FormatException exception)
            {
                throw Log.Unreadable(batch, $"cannot be read: {exception.Message.TrimEnd('.')}");
            }

            nextOffset = batch.LastOffset + 1;
        }

        return records;
    }

    /// <summary>No fewer records than a batch has. Its header says how many offsets it spans, and does not decide alone how much memory that takes.</summary>
    private static int CountAtMost(StoredBatch batch) =>
        (int)Math.Min(batch.LastOffset - batch.BaseOffset + 1, batch.Bytes.Length / RecordBatchReader.MinRecordSize);

    private async ValueTask<long> FindRecordAsync(long offset, long milliseconds, CancellationToken cancellationToken)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        while (offset < LastStableOffset)
        {
            ConsumedBatch batch = await ReadAsync(offset, 1, cancellationToken).ConfigureAwait(false);
            foreach (ConsumedRecord record in batch.Records)
            {
                if (record.Record.Timestamp >= time)
                {
                    return record.Offset;
                }
            }

            offset = batch.NextOffset;
        }

        return LastStableOffset;
    }
}
