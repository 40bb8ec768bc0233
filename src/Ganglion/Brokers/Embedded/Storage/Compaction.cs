using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ganglion.Brokers.Embedded.Records;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// One compaction of one partition: first it learns the newest offset of every key, then it rewrites batches without what is
/// superseded. Keys are remembered as fingerprints of 128 bits, so that memory depends on their number and not on their length.
/// </summary>
internal sealed class Compaction(TopicSettings settings, long now, ITransactionView? transactions = null)
{
    private readonly BatchMemory _memory = new();
    private readonly Dictionary<UInt128, long> _newest = [];
    private long _tombstonesBefore = now - (long)settings.DeleteRetention!.Value.TotalMilliseconds;

    /// <summary>
    /// Whether a part of a log is old enough to be compacted. What lies behind the first part that is not is left alone, and so is what
    /// it supersedes.
    /// </summary>
    /// <param name="settings">The topic's settings, every property set.</param>
    /// <param name="maxTimestamp">The newest timestamp of that part.</param>
    /// <param name="now">The time; milliseconds since the Unix epoch.</param>
    public static bool MayTake(TopicSettings settings, long maxTimestamp, long now) =>
        settings.MinCompactionLag is not { Ticks: not 0 } lag || (lag != Timeout.InfiniteTimeSpan && maxTimestamp <= now - (long)lag.TotalMilliseconds);

    /// <summary>Notes the keys of a batch. Batches come in the order of their offsets.</summary>
    public void Learn(in StoredBatch batch)
    {
        foreach (ConsumedRecord record in Records(batch))
        {
            if (record.Record.Key is { } key)
            {
                _newest[Fingerprint(key.Span)] = record.Offset;
            }
        }
    }

    /// <summary>From now on tombstones stay, however old.</summary>
    public void KeepTombstones() => _tombstonesBefore = long.MinValue;

    /// <summary>The batch without superseded records and old tombstones; null if nothing is left of it.</summary>
    public StoredBatch? Rewrite(in StoredBatch batch)
    {
        List<ConsumedRecord> records = Records(batch);
        if (records.TrueForAll(IsKept) && !IsOfTransaction(batch))
        {
            return records.Count == 0 ? null : batch;
        }

        RecordBatchBuilder? builder = null;
        long last = 0;
        foreach (ConsumedRecord record in records)
        {
            if (IsKept(record))
            {
                builder ??= new RecordBatchBuilder(_memory, batch.Bytes.Length);
                builder.AppendAt(record.Record, record.Offset);
                last = record.Offset;
            }
        }

        if (builder is null)
        {
            return null;
        }

        ReadOnlyMemory<byte> bytes = builder.Build();
        RecordBatchHeader.TryRead(bytes.Span, out RecordBatchHeader header);
        return new StoredBatch(header.BaseOffset, last, header.MaxTimestamp, bytes);
    }

    // A record without a key cannot be superseded, and a compacted topic has no use for it: Kafka refuses it, here it just stays.
    private bool IsKept(ConsumedRecord record)
    {
        if (record.Record.Key is not { } key)
        {
            return true;
        }

        bool isNewest = !_newest.TryGetValue(Fingerprint(key.Span), out long newest) || record.Offset >= newest;
        bool isOldTombstone = record.Record.Value is null && record.Record.Timestamp.ToUnixTimeMilliseconds() < _tombstonesBefore;
        return isNewest && !isOldTombstone;
    }

    private static UInt128 Fingerprint(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    // What marks the ends of transactions goes, and what was aborted; so what stays must not seem to be of one that is open.
    private static bool IsOfTransaction(in StoredBatch batch) =>
        RecordBatchHeader.TryRead(batch.Bytes.Span, out RecordBatchHeader header) && header.IsTransactional;

    private List<ConsumedRecord> Records(in StoredBatch batch)
    {
        var records = new List<ConsumedRecord>();
        if (transactions?.IsAborted(batch) != true)
        {
            RecordBatchReader.Read(batch.Bytes, 0, records);
        }

        return records;
    }
}
