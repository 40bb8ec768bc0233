using Ganglion.Brokers.Embedded.Producers;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>Keeps the batches of one partition: in memory only, or in segments on disk.</summary>
internal interface IPartitionLog
{
    /// <summary>The first offset that is kept.</summary>
    long StartOffset { get; }

    /// <summary>The offset behind the last record.</summary>
    long EndOffset { get; }

    /// <summary>Compaction has removed what was aborted before this offset.</summary>
    long CompactedOffset { get; }

    /// <summary>How many bytes of batches are kept.</summary>
    long Bytes { get; }

    /// <summary>Takes a batch in, so that it can be read at once. Called by the committer only.</summary>
    void Append(in StoredBatch batch);

    /// <summary>Collects whole batches from the one that holds an offset (or the next one there is), at least one if there is any.</summary>
    ValueTask ReadAsync(long offset, int maxBytes, List<StoredBatch> batches, CancellationToken cancellationToken);

    /// <summary>Says of a batch that was read from here that it holds no records that can be read, and where it lies.</summary>
    CorruptLogException Unreadable(in StoredBatch batch, string fault);

    /// <summary>The base offset of the first batch that holds a timestamp not before the given one; null if there is none.</summary>
    ValueTask<long?> FindBatchAsync(long timestamp, CancellationToken cancellationToken);

    /// <summary>The newest timestamp of all batches; milliseconds since the Unix epoch. <see cref="long.MinValue"/> if there is none.</summary>
    long FindMaxTimestamp();

    /// <summary>Deletes the records before an offset for good: the log begins there from now on, also after a crash.</summary>
    /// <param name="offset">An offset up to the end. If the log begins behind it, nothing happens.</param>
    /// <exception cref="StorageException">That cannot be made to last; nothing is deleted.</exception>
    void DeleteBefore(long offset);

    /// <summary>Removes what the topic's settings no longer keep.</summary>
    /// <param name="settings">The topic's settings, every property set.</param>
    /// <param name="now">The time; milliseconds since the Unix epoch.</param>
    /// <param name="cancellationToken">Stops between two steps; nothing is left half done.</param>
    ValueTask CleanAsync(TopicSettings settings, long now, CancellationToken cancellationToken);

    /// <summary>Which batches compaction is to drop, or to leave alone still.</summary>
    ITransactionView? Transactions { set; }

    /// <summary>What was known of producers when this was last written; null if there has been none with an id.</summary>
    ProducerSnapshot? ReadProducers();

    /// <summary>Keeps what is known of producers.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    void WriteProducers(ProducerSnapshot snapshot);

    /// <summary>Deletes everything: the topic is gone.</summary>
    void Delete();
}
