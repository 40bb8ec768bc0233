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
        ArgumentException.ThrowIfNullOrEmpty(groupId);
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
                    coordinator.Restore(record.Record);
                }

                offset = batch.NextOffset;
            }
        }

        // A crash may come between the deletion of a topic and the tombstones of its offsets.
        await ForgetAsync(name => topics.Find(name) is null).ConfigureAwait(false);
    }

    /// <summary>Removes what groups have committed for topics that are gone.</summary>
    public async ValueTask ForgetAsync(Func<string, bool> isGone)
    {
        IReadOnlyList<ProducerRecord> tombstones = coordinator.Forget(isGone);
        await producer.AppendAsync(tombstones).ConfigureAwait(false);
    }

    [LoggerMessage(1011, LogLevel.Error, "Committed offsets are damaged: some groups may read again from an earlier offset.")]
    private partial void LogOffsetsDamaged(Exception exception);
}
