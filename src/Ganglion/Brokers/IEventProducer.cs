namespace Ganglion.Brokers;

/// <summary>
/// Writes records. Appends of one producer to one partition keep their order; a retry inside the producer never stores a
/// record twice. Safe to be called from many threads; concurrent appends share batches and disk flushes.
/// </summary>
public interface IEventProducer : IAsyncDisposable
{
    /// <summary>Appends one record; completes when it is acknowledged.</summary>
    /// <param name="record">The record and where it goes.</param>
    /// <param name="cancellationToken">Gives up waiting for room; once the record is on its way, it is no longer called back.</param>
    /// <returns>Where the record lies.</returns>
    /// <exception cref="TopicException">The topic does not exist and is not created on first use, or its name is invalid.</exception>
    /// <exception cref="RecordTooLargeException">The record exceeds the topic's limit. Nothing was written.</exception>
    /// <exception cref="StorageException">The broker cannot write (disk full, read-only). Nothing was acknowledged.</exception>
    /// <exception cref="FencedException">A newer producer of the same transactional id has taken over.</exception>
    ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken = default);

    /// <summary>
    /// Appends many records; completes when all are acknowledged. The records of one partition keep their order, but
    /// the whole is not atomic across partitions: for that there is <see cref="CommitAsync"/>.
    /// </summary>
    /// <param name="records">The records and where they go.</param>
    /// <param name="cancellationToken">Gives up waiting for room; what is on its way is no longer called back.</param>
    /// <returns>Where each record lies, in the order of <paramref name="records"/>.</returns>
    /// <inheritdoc cref="AppendAsync(ProducerRecord, CancellationToken)" path="/exception"/>
    /// <exception cref="RecordTooLargeException">Or all together are more than one commit takes (<c>commit-too-large</c>).</exception>
    ValueTask<IReadOnlyList<TopicPartitionOffset>> AppendAsync(
        IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes records to any topics and the offsets of a group, all or nothing: it becomes visible only when all of it is durable, and
    /// neither a failure nor a crash leaves a part of it.
    /// </summary>
    /// <param name="commit">The records and the offsets.</param>
    /// <param name="cancellationToken">Gives up waiting for room; once the commit is on its way, it is no longer called back.</param>
    /// <returns>Where each record lies, in the order of <see cref="AtomicCommit.Records"/>.</returns>
    /// <inheritdoc cref="AppendAsync(ProducerRecord, CancellationToken)" path="/exception"/>
    /// <exception cref="RecordTooLargeException">
    /// Or all together are more than one commit takes (<c>commit-too-large</c>; the embedded broker: 1 GiB). Nothing was written.
    /// </exception>
    /// <exception cref="FencedException">
    /// The member no longer owns one of the partitions whose offsets it commits, or the group has gone on without its having read since
    /// (<c>member-fenced</c>). Nothing was written. What it still owns when it has read again, it is to do again (<see cref="IEventConsumer.Seek"/>).
    /// </exception>
    /// <exception cref="ConsumerGroupException">A metadata text is too long (<c>offset-metadata-too-large</c>). Nothing was written.</exception>
    /// <exception cref="ArgumentException">There are offsets but no <see cref="AtomicCommit.Group"/>.</exception>
    ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken = default);
}
