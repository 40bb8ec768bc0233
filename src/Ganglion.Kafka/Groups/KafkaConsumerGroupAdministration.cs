using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Topics;
using Client = Confluent.Kafka;
using ConsumerGroupDescription = Ganglion.Brokers.ConsumerGroupDescription;

namespace Ganglion.Kafka.Groups;

/// <summary>The consumer groups of a cluster.</summary>
/// <param name="client">Asks the cluster.</param>
/// <param name="openConsumer">Opens a native client that speaks for a group without being in it.</param>
/// <param name="topics">Knows where topics end.</param>
/// <param name="options">How long it may take.</param>
internal sealed class KafkaConsumerGroupAdministration(
    Client.IAdminClient client,
    Func<string, Client.IConsumer<byte[]?, byte[]?>> openConsumer,
    KafkaTopicAdministration topics,
    KafkaBrokerOptions options) : IConsumerGroupAdministration
{
    public async ValueTask<IReadOnlyList<ConsumerGroupDescription>> ListAsync(CancellationToken cancellationToken = default)
    {
        ListConsumerGroupsResult all = await AskAsync(
            () => client.ListConsumerGroupsAsync(new ListConsumerGroupsOptions { RequestTimeout = options.RequestTimeout }),
            "the list of groups",
            cancellationToken).ConfigureAwait(false);
        var groups = new List<ConsumerGroupDescription>();
        foreach (string groupId in all.Valid.Select(group => group.GroupId).Order(StringComparer.Ordinal))
        {
            if (await FindAsync(groupId, cancellationToken).ConfigureAwait(false) is { } group)
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    public async ValueTask<ConsumerGroupDescription?> FindAsync(string groupId, CancellationToken cancellationToken = default)
    {
        DescribeConsumerGroupsResult described = await AskAsync(
            () => client.DescribeConsumerGroupsAsync([groupId], new DescribeConsumerGroupsOptions { RequestTimeout = options.RequestTimeout }),
            $"'{groupId}'",
            cancellationToken).ConfigureAwait(false);
        Confluent.Kafka.Admin.ConsumerGroupDescription group = described.ConsumerGroupDescriptions.Single();
        List<ConsumerGroupOffset> offsets = await ListOffsetsAsync(groupId, cancellationToken).ConfigureAwait(false);
        if (group.State is Client.ConsumerGroupState.Dead or Client.ConsumerGroupState.Unknown && offsets.Count == 0)
        {
            return null;
        }

        ConsumerGroupMember[] members =
        [
            .. group.Members.Select(member => new ConsumerGroupMember(
                member.ConsumerId,
                member.ClientId,
                [.. member.Assignment.TopicPartitions.Select(one => new TopicPartition(one.Topic, one.Partition.Value)).Order()])),
        ];
        ConsumerGroupState state = members.Length == 0 ? ConsumerGroupState.Empty
            : group.State == Client.ConsumerGroupState.Stable ? ConsumerGroupState.Stable
            : ConsumerGroupState.Rebalancing;
        return new ConsumerGroupDescription(groupId, state, 0, [.. members.OrderBy(member => member.MemberId, StringComparer.Ordinal)], offsets);
    }

    public async ValueTask ResetAsync(
        string groupId, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellationToken = default)
    {
        ConsumerRules.CheckGroupId(groupId);
        ArgumentNullException.ThrowIfNull(offsets);
        foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset.Offset, nameof(offsets));
            if (partition.Partition >= await topics.CountPartitionsAsync(partition.Topic, cancellationToken).ConfigureAwait(false))
            {
                throw new TopicException("topic-not-found", $"There is no topic or partition {partition}: create it, or name another.");
            }
        }

        await ThrowIfNotEmptyAsync(groupId, cancellationToken).ConfigureAwait(false);
        try
        {
            using Client.IConsumer<byte[]?, byte[]?> consumer = openConsumer(groupId);
            await Task.Run(() => OffsetCommits.Commit(consumer, offsets), cancellationToken).ConfigureAwait(false);
        }
        catch (Client.KafkaException exception)
        {
            throw exception.Error.Code is Client.ErrorCode.UnknownMemberId or Client.ErrorCode.RebalanceInProgress
                ? NotEmpty(groupId)
                : KafkaErrors.ToException(exception, $"'{groupId}'");
        }
    }

    public async ValueTask DeleteAsync(string groupId, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.DeleteGroupsAsync([groupId], new DeleteGroupsOptions { RequestTimeout = options.RequestTimeout })
                .WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DeleteGroupsException exception)
        {
            throw KafkaErrors.ToException(exception.Results[0].Error, $"'{groupId}'", exception);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, $"'{groupId}'");
        }
    }

    private async Task ThrowIfNotEmptyAsync(string groupId, CancellationToken cancellationToken)
    {
        if (await FindAsync(groupId, cancellationToken).ConfigureAwait(false) is { Members.Count: > 0 })
        {
            throw NotEmpty(groupId);
        }
    }

    private static ConsumerGroupException NotEmpty(string groupId) =>
        new("group-not-empty", $"The group '{groupId}' has members: stop them first.");

    // Which partitions have an offset, by the cluster's list; the metadata, which that leaves out, by asking as the group.
    private async Task<List<ConsumerGroupOffset>> ListOffsetsAsync(string groupId, CancellationToken cancellationToken)
    {
        List<ListConsumerGroupOffsetsResult> results = await AskAsync(
            () => client.ListConsumerGroupOffsetsAsync(
                [new Client.ConsumerGroupTopicPartitions(groupId, null)],
                new ListConsumerGroupOffsetsOptions { RequestTimeout = options.RequestTimeout, RequireStableOffsets = true }),
            $"'{groupId}'",
            cancellationToken).ConfigureAwait(false);
        TopicPartition[] partitions = [.. results.Single().Partitions.Select(one => new TopicPartition(one.Topic, one.Partition.Value)).Order()];
        if (partitions.Length == 0)
        {
            return [];
        }

        using Client.IConsumer<byte[]?, byte[]?> consumer = openConsumer(groupId);
        Dictionary<TopicPartition, OffsetAndMetadata> committed = await AskAsync(
            () => Task.Run(() => OffsetCommits.GetCommitted(consumer, partitions, options.RequestTimeout), cancellationToken),
            $"'{groupId}'",
            cancellationToken).ConfigureAwait(false);
        var offsets = new List<ConsumerGroupOffset>();
        foreach (TopicPartition partition in partitions.Where(committed.ContainsKey))
        {
            long latest = await topics.GetOffsetAsync(partition, OffsetPosition.Latest, cancellationToken).ConfigureAwait(false);
            offsets.Add(new ConsumerGroupOffset(partition, committed[partition], latest));
        }

        return offsets;
    }

    private static async Task<TResult> AskAsync<TResult>(Func<Task<TResult>> ask, string about, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, about);
        }
    }
}
