namespace Ganglion.Brokers;

/// <summary>Reads chosen partitions in order, from any place, without a group. For one reading loop at a time.</summary>
public interface IEventReader : IAsyncDisposable
{
    /// <summary>
    /// Reads what comes next in one of the partitions; waits without burning the processor while there is nothing. Partitions
    /// that have records take turns.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting; no record is lost, the next call goes on where this one was.</param>
    /// <returns>
    /// Records of one partition in order. It may be empty where offsets have been removed in between; then only
    /// <see cref="ConsumedBatch.NextOffset"/> has moved on.
    /// </returns>
    /// <exception cref="CorruptLogException">
    /// A batch on disk is damaged. The next call goes on behind it, so that later records stay readable.
    /// </exception>
    /// <exception cref="TopicException">The topic was deleted (<c>topic-not-found</c>).</exception>
    ValueTask<ConsumedBatch> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Goes on reading a partition elsewhere.</summary>
    /// <param name="partition">One of the reader's partitions.</param>
    /// <param name="offset">The next offset to read.</param>
    void Seek(TopicPartition partition, long offset);

    /// <summary>The next offset that will be read of a partition.</summary>
    /// <param name="partition">One of the reader's partitions.</param>
    long GetPosition(TopicPartition partition);
}
