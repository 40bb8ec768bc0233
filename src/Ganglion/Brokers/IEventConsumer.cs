namespace Ganglion.Brokers;

/// <summary>
/// A member of a consumer group: reads the partitions that the group assigns to it. For one reading loop at a time; the other
/// members may be called from any thread. Heartbeats go on beside the loop; a loop that does not read for
/// <see cref="ConsumerOptions.MaxPollInterval"/> loses its partitions.
/// </summary>
public interface IEventConsumer : IAsyncDisposable
{
    /// <summary>Who this is, for commits. Changes with every rebalance: take it freshly for each commit.</summary>
    ConsumerGroupMetadata Group { get; }

    /// <summary>The partitions that this member owns now.</summary>
    IReadOnlyCollection<TopicPartition> Assignment { get; }

    /// <summary>
    /// Reads what comes next in one of the assigned partitions that are not paused, and takes part in rebalances: the
    /// <see cref="ConsumerOptions.RebalanceListener"/> is called from within this method only. Waits without burning the
    /// processor while there is nothing.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting; no record is lost, the next call goes on where this one was.</param>
    /// <inheritdoc cref="IEventReader.ReadAsync" path="/returns"/>
    /// <inheritdoc cref="IEventReader.ReadAsync" path="/exception"/>
    ValueTask<ConsumedBatch> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Commits offsets, acknowledged like an append. To commit them together with records, use <see cref="IEventProducer.CommitAsync"/>.</summary>
    /// <param name="offsets">The next offset to read of each partition.</param>
    /// <param name="cancellationToken">Gives up waiting; the commit may have happened.</param>
    /// <exception cref="FencedException">The member no longer owns one of the partitions (<c>member-fenced</c>).</exception>
    /// <exception cref="ConsumerGroupException">A metadata text is too long (<c>offset-metadata-too-large</c>).</exception>
    ValueTask CommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellationToken = default);

    /// <summary>Stops delivering records of partitions, for back-pressure. The member stays their owner.</summary>
    /// <param name="partitions">Partitions of the assignment; others are ignored.</param>
    void Pause(IEnumerable<TopicPartition> partitions);

    /// <summary>Delivers records of paused partitions again, from where they were.</summary>
    /// <param name="partitions">Partitions of the assignment; others are ignored.</param>
    void Resume(IEnumerable<TopicPartition> partitions);

    /// <summary>Goes on reading a partition elsewhere.</summary>
    /// <param name="partition">A partition of the assignment.</param>
    /// <param name="offset">The next offset to read.</param>
    void Seek(TopicPartition partition, long offset);
}
