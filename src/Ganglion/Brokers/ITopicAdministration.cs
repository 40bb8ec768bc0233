namespace Ganglion.Brokers;

/// <summary>Creates, describes, lists and deletes topics, and looks offsets up.</summary>
public interface ITopicAdministration
{
    /// <summary>Creates a topic.</summary>
    /// <param name="name">1 to 249 characters of <c>a–z A–Z 0–9 . _ -</c>, neither <c>.</c> nor <c>..</c>.</param>
    /// <param name="settings">Partitions, retention and so on; <see langword="null"/>: the broker's defaults.</param>
    /// <param name="cancellationToken">Gives up waiting; the topic may exist nevertheless.</param>
    /// <returns>The topic as it was created.</returns>
    /// <exception cref="TopicException">
    /// <c>topic-exists</c>, <c>topic-name-invalid</c> or <c>topic-settings-invalid</c>.
    /// </exception>
    ValueTask<TopicDescription> CreateAsync(string name, TopicSettings? settings = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a topic, its records and the offsets that groups committed for it.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="cancellationToken">Gives up waiting; the topic may be gone nevertheless.</param>
    /// <exception cref="TopicException"><c>topic-not-found</c>.</exception>
    ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Describes a topic with the bounds of each partition.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The description, or <see langword="null"/> if there is no such topic. Looking never creates it.</returns>
    ValueTask<TopicDescription?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Lists all topics by name, those of the system (<see cref="TopicDescription.IsInternal"/>) included.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<IReadOnlyList<TopicDescription>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Turns a position into an offset.</summary>
    /// <param name="partition">The topic and the partition.</param>
    /// <param name="position">An end of the log, a moment, or an offset.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>
    /// The offset: the first one kept, the one behind the last, or the first whose timestamp is not before the moment.
    /// </returns>
    /// <exception cref="TopicException"><c>topic-not-found</c>.</exception>
    ValueTask<long> GetOffsetAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken = default);
}
