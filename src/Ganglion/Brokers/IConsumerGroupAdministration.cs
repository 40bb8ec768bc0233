namespace Ganglion.Brokers;

/// <summary>Lists, describes, resets and deletes consumer groups.</summary>
public interface IConsumerGroupAdministration
{
    /// <summary>Lists all groups by id: those with members, and those that only left offsets.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<IReadOnlyList<ConsumerGroupDescription>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Describes a group with its members, offsets and lag.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The description, or <see langword="null"/> if there is no such group.</returns>
    ValueTask<ConsumerGroupDescription?> FindAsync(string groupId, CancellationToken cancellationToken = default);

    /// <summary>Moves the committed offsets of a group that has no members, so that it will read again, or skip.</summary>
    /// <param name="groupId">The group; it need not exist yet.</param>
    /// <param name="offsets">The new offsets; partitions not named keep theirs.</param>
    /// <param name="cancellationToken">Gives up waiting; the reset may have happened.</param>
    /// <exception cref="ArgumentException">The group's id is empty or too long, or an offset is negative.</exception>
    /// <exception cref="ConsumerGroupException">
    /// The group has members (<c>group-not-empty</c>), or a metadata text is too long (<c>offset-metadata-too-large</c>).
    /// </exception>
    /// <exception cref="TopicException"><c>topic-not-found</c>.</exception>
    ValueTask ResetAsync(
        string groupId, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellationToken = default);

    /// <summary>Deletes a group that has no members, with all its offsets.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="cancellationToken">Gives up waiting; the group may be gone nevertheless.</param>
    /// <exception cref="ConsumerGroupException"><c>group-not-found</c> or <c>group-not-empty</c>.</exception>
    ValueTask DeleteAsync(string groupId, CancellationToken cancellationToken = default);
}
