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
    /// Replaces the topics that this member subscribes to. A read that waits follows at once, otherwise the next one does, as in a
    /// rebalance: partitions of topics that go are revoked; those of topics that come are assigned, and read from what the group has
    /// committed or by <see cref="ConsumerOptions.AutoOffsetReset"/>; those of topics that stay are read on without a break. May be called
    /// by an <see cref="IRebalanceListener"/> too. The last call counts; the same topics again change nothing.
    /// </summary>
    /// <remarks>
    /// Co-partitioned topics stay together: while some members subscribe to all topics with equally many partitions and others do
    /// not, only the former get any of them, and partitions of topics that stay may move as well. So let all members of a group
    /// change their topics at about the same time.
    /// </remarks>
    /// <param name="topics">The topics, as in <see cref="ConsumerOptions.Topics"/>. What becomes of this collection later does not matter.</param>
    /// <exception cref="ArgumentException">No topic is named; the member goes on as it was.</exception>
    /// <exception cref="TopicException">A name is not allowed (<c>topic-name-invalid</c>); the member goes on as it was.</exception>
    /// <exception cref="ObjectDisposedException">The member has been disposed of.</exception>
    void Subscribe(IReadOnlyCollection<string> topics);

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
    /// <exception cref="FencedException">
    /// The member no longer owns one of the partitions, or the group has gone on without its having read since (<c>member-fenced</c>).
    /// </exception>
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
