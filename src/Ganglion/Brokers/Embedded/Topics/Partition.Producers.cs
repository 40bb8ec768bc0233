using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Topics;

// Producers that have an id, as clients of Kafka are. Where there has never been one, this costs a look at a field.
internal sealed partial class Partition
{
    private readonly Lock _tracking = new();
    private PartitionProducers? _producers;
    private long _savedOffset = -1;

    /// <summary>The offset behind the last record that readers see: the end, or where the oldest open transaction begins, as far as it is kept.</summary>
    public long LastStableOffset
    {
        get
        {
            // In this order: whoever sees a record of a transaction sees that it is open.
            long end = HighWatermark;
            return Volatile.Read(ref _producers) is { } producers ? Math.Max(Math.Min(end, producers.FirstOpenOffset), EarliestOffset) : end;
        }
    }

    /// <summary>The transactions that were aborted, of which records may be left. Whoever reads takes it first.</summary>
    public AbortedTransactions Aborted => Volatile.Read(ref _producers)?.Aborted ?? AbortedTransactions.None;

    /// <summary>What is known of producers; see <see cref="TrackProducers"/>.</summary>
    public PartitionProducers Producers => Volatile.Read(ref _producers)!;

    /// <summary>Whether there has been a producer with an id.</summary>
    public bool HasProducers => Volatile.Read(ref _producers) is not null;

    /// <summary>Before the first batch of a producer with an id is written: from now on a start of the broker looks for them.</summary>
    /// <exception cref="StorageException">That cannot be made to last.</exception>
    public void TrackProducers()
    {
        if (HasProducers)
        {
            return;
        }

        lock (_tracking)
        {
            if (!HasProducers)
            {
                Log.WriteProducers(ProducerSnapshot.Empty(HighWatermark));
                Volatile.Write(ref _producers, new PartitionProducers());
            }
        }
    }

    /// <summary>Learns what an earlier life of the broker has left: from the snapshot, and from what was written since.</summary>
    /// <param name="now">The time; milliseconds since the Unix epoch. The times of records are those of clients, whose clocks may be wrong.</param>
    public void RestoreProducers(long now)
    {
        if (Log.ReadProducers() is not { } snapshot)
        {
            return;
        }

        var producers = PartitionProducers.From(snapshot, now);
        var batches = new List<StoredBatch>();
        for (long offset = snapshot.Offset; offset < HighWatermark;)
        {
            batches.Clear();
            try
            {
                Log.ReadAsync(offset, RestoreBytes, batches, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            }
            catch (CorruptLogException damage)
            {
                // Readers are told of it when they come there.
                offset = damage.NextOffset;
                continue;
            }

            batches.ForEach(batch => Learn(producers, batch, now));
            offset = batches.Count > 0 ? batches[^1].LastOffset + 1 : HighWatermark;
        }

        _savedOffset = snapshot.Offset;
        Volatile.Write(ref _producers, producers);
    }

    /// <summary>Keeps what is known of producers, if something was written since that was last done, and forgets what is too old.</summary>
    /// <param name="lastHeard">Producers that were last heard of before it are forgotten; milliseconds since the Unix epoch.</param>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public void SaveProducers(long lastHeard)
    {
        Volatile.Read(ref _producers)?.Forget(Math.Max(EarliestOffset, Log.CompactedOffset), lastHeard);
        SaveProducers();
    }

    private void SaveProducers()
    {
        if (Volatile.Read(ref _producers) is not { } producers)
        {
            return;
        }

        lock (_tracking)
        {
            if (_savedOffset != HighWatermark)
            {
                ProducerSnapshot snapshot = producers.ToSnapshot(() => HighWatermark);
                Log.WriteProducers(snapshot);
                _savedOffset = snapshot.Offset;
            }
        }
    }

    /// <summary>Whether a batch is of a transaction that was aborted: nobody is to see it.</summary>
    public bool IsAborted(in StoredBatch batch) => Aborted.Find(batch) is not null;

    private const int RestoreBytes = 1024 * 1024;

    // What the snapshot knows already is refused as a duplicate.
    private static void Learn(PartitionProducers producers, in StoredBatch batch, long now)
    {
        if (RecordBatchHeader.TryRead(batch.Bytes.Span, out RecordBatchHeader header) && header.HasProducer)
        {
            var produced = new ProducedBatch(header);
            if (producers.TryTake(produced, header.BaseOffset, now))
            {
                producers.Publish(produced, batch);
            }
        }
    }
}
