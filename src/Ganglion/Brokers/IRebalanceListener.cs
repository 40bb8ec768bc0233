namespace Ganglion.Brokers;

/// <summary>
/// Told when partitions come to and go from a member of a consumer group. Called from within
/// <see cref="IEventConsumer.ReadAsync"/>, never concurrently; the group waits for it (up to
/// <see cref="ConsumerOptions.MaxPollInterval"/>).
/// </summary>
public interface IRebalanceListener
{
    /// <summary>
    /// Partitions have come. Called before the first of their records is delivered; if it throws, the read ends with that exception,
    /// and the next one calls it again.
    /// </summary>
    /// <param name="partitions">The new partitions, with what the group has committed for each (<see langword="null"/>: nothing).</param>
    /// <param name="cancellationToken">The member is being closed.</param>
    ValueTask OnAssignedAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> partitions, CancellationToken cancellationToken);

    /// <summary>
    /// Partitions are to go, and are still owned: the last chance to finish and to commit. If it throws, the read ends with that
    /// exception, and the partitions go nevertheless.
    /// </summary>
    /// <param name="partitions">The partitions that go.</param>
    /// <param name="cancellationToken">The member is being closed.</param>
    ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken);

    /// <summary>
    /// Partitions are gone already: commits for them are refused, work on them is in vain. If it throws, the read ends with that
    /// exception.
    /// </summary>
    /// <param name="partitions">The partitions that are gone.</param>
    /// <param name="cancellationToken">The member is being closed.</param>
    ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken);
}
