using Ganglion.Brokers.Embedded.Topics;
using Microsoft.Extensions.Logging;

namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>Lists, describes, resets and deletes groups; keeps what they have committed in step with the topics.</summary>
internal sealed partial class GroupAdministration(
    GroupCoordinator coordinator, TopicCatalog topics, EmbeddedProducer producer, ILogger<GroupAdministration> logger)
    : IConsumerGroupAdministration
{
    public ValueTask<IReadOnlyList<ConsumerGroupDescription>> ListAsync(CancellationToken cancellationToken = default) =>
        new(coordinator.DescribeAll());

    public ValueTask<ConsumerGroupDescription?> FindAsync(string groupId, CancellationToken cancellationToken = default) =>
        new(coordinator.Describe(groupId));

    public async ValueTask ResetAsync(
        string groupId, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        foreach (TopicPartition partition in offsets.Keys)
        {
            topics.Get(partition);
        }

        OffsetCommit reset = OffsetCommit.Reset(
            coordinator, groupId, offsets.Select(entry => KeyValuePair.Create(entry.Key, (OffsetAndMetadata?)entry.Value)));
        await producer.CommitAsync([], reset, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteAsync(string groupId, CancellationToken cancellationToken = default)
    {
        ConsumerGroupDescription group = coordinator.Describe(groupId)
            ?? throw new ConsumerGroupException("group-not-found", $"There is no consumer group '{groupId}'.");
        OffsetCommit removal = OffsetCommit.Reset(
            coordinator, groupId, group.Offsets.Select(offset => KeyValuePair.Create(offset.Partition, (OffsetAndMetadata?)null)));
        await producer.CommitAsync([], removal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what groups had committed when the broker was closed, or died.</summary>
    public async ValueTask RestoreAsync(CancellationToken cancellationToken)
    {
        if (topics.Find(OffsetTopic.Name) is not { } topic)
        {
            return;
        }

        foreach (Partition partition in topic.Partitions)
        {
            for (long offset = partition.EarliestOffset; offset < partition.HighWatermark;)
            {
                ConsumedBatch batch;
                try
                {
                    batch = await partition.ReadAsync(offset, 1024 * 1024, cancellationToken).ConfigureAwait(false);
                }
                catch (CorruptLogException damage)
                {
                    // A group that loses an offset reads again; a broker that does not open serves nobody.
                    LogOffsetsDamaged(damage);
                    offset = damage.NextOffset;
                    continue;
                }

                foreach (ConsumedRecord record in batch.Records)
                {
                    Restore(partition, record);
                }

                offset = batch.NextOffset;
            }
        }

        // A crash may come between the deletion of a topic and the tombstones of its offsets, and take the end of a log with it.
        try
        {
            await ForgetAsync((partition, committed) => !IsInLog(partition, committed.Offset)).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            // They are forgotten in this life; a full disk must not keep anybody from reading.
            LogNotForgotten(exception);
        }
    }

    /// <summary>Removes what groups have committed for topics that are gone.</summary>
    public ValueTask ForgetAsync(Func<string, bool> isGone) => ForgetAsync((partition, _) => isGone(partition.Topic));

    private async ValueTask ForgetAsync(Func<TopicPartition, OffsetAndMetadata, bool> isStale)
    {
        IReadOnlyList<ProducerRecord> tombstones = coordinator.Forget(isStale);
        await producer.AppendAsync(tombstones).ConfigureAwait(false);
    }

    private bool IsInLog(TopicPartition id, long offset) =>
        topics.Find(id.Topic)?.Partitions.ElementAtOrDefault(id.Partition) is { } partition
        && offset >= 0
        && offset <= partition.HighWatermark;

    private void Restore(Partition partition, in ConsumedRecord record)
    {
        try
        {
            coordinator.Restore(record.Record);
        }
        catch (FormatException exception)
        {
            LogOffsetUnreadable(exception, partition.Id, record.Offset);
        }
    }

    [LoggerMessage(1011, LogLevel.Error, "Committed offsets are damaged: some groups may read again from an earlier offset.")]
    private partial void LogOffsetsDamaged(Exception exception);

    [LoggerMessage(1012, LogLevel.Error, "The committed offset at {Offset} of {Partition} cannot be decoded and is passed over.")]
    private partial void LogOffsetUnreadable(Exception exception, TopicPartition partition, long offset);

    [LoggerMessage(
        1013, LogLevel.Error, "Committed offsets of what is not in the log could not be removed for good; the next start tries again.")]
    private partial void LogNotForgotten(Exception exception);
}
