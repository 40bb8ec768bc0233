using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Topics;

// As Kafka looks for times: in the log as it is, whatever became of the transactions that have written it, and at the marks of their ends too.
internal sealed partial class Partition
{
    /// <summary>The first record that is as new as a time.</summary>
    /// <param name="milliseconds">The time; milliseconds since the Unix epoch.</param>
    /// <param name="cancellationToken">Gives up waiting for the disk.</param>
    /// <returns>Its offset and its time; null if there is none.</returns>
    /// <exception cref="TopicException">The topic was deleted.</exception>
    /// <exception cref="CorruptLogException">A batch on disk is damaged.</exception>
    /// <exception cref="StorageException">The disk, or what a client has compressed, cannot be read.</exception>
    public async ValueTask<(long Offset, long Milliseconds)?> FindTimeAsync(long milliseconds, CancellationToken cancellationToken)
    {
        Topic.ThrowIfDeleted();
        var batches = new List<StoredBatch>();
        long? next = await Log.FindBatchAsync(milliseconds, cancellationToken).ConfigureAwait(false);
        while (next is { } offset && offset < HighWatermark)
        {
            batches.Clear();
            await Log.ReadAsync(offset, 1, batches, cancellationToken).ConfigureAwait(false);
            foreach (StoredBatch batch in batches.Where(batch => batch.MaxTimestamp >= milliseconds))
            {
                if (FindTime(batch, milliseconds) is { } found)
                {
                    return found;
                }
            }

            next = batches.Count == 0 ? null : batches[^1].LastOffset + 1;
        }

        return null;
    }

    /// <summary>The first record that has the newest time of all.</summary>
    /// <inheritdoc cref="FindTimeAsync" path="/*[not(self::summary)]"/>
    public ValueTask<(long Offset, long Milliseconds)?> FindNewestTimeAsync(CancellationToken cancellationToken)
    {
        Topic.ThrowIfDeleted();
        return FindTimeAsync(Log.FindMaxTimestamp(), cancellationToken);
    }

    private (long Offset, long Milliseconds)? FindTime(in StoredBatch batch, long milliseconds)
    {
        if (RecordBatchHeader.TryRead(batch.Bytes.Span, out RecordBatchHeader header) && header.IsControl)
        {
            return batch.BaseOffset >= EarliestOffset ? (batch.BaseOffset, batch.MaxTimestamp) : null;
        }

        foreach (ConsumedRecord record in Decode([batch], AbortedTransactions.None, EarliestOffset, HighWatermark, maxBytes: 1, out _))
        {
            long time = record.Record.Timestamp.ToUnixTimeMilliseconds();
            if (time >= milliseconds)
            {
                return (record.Offset, time);
            }
        }

        return null;
    }
}
