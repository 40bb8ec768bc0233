using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Requests;
using Ganglion.Kafka.Topics;
using Client = Confluent.Kafka;
using ConsumerGroupDescription = Ganglion.Brokers.ConsumerGroupDescription;

namespace Ganglion.Kafka.Groups;

/// <summary>The consumer groups of a cluster.</summary>
/// <param name="client">Asks the cluster.</param>
/// <param name="openConsumer">Opens a native client that speaks for a group without being in it.</param>
/// <param name="known">Knows which topics there are.</param>
/// <param name="ends">Knows where they end.</param>
/// <param name="requests">Asks it again if need be.</param>
internal sealed class KafkaConsumerGroupAdministration(
    Client.IAdminClient client,
    Func<string, Client.IConsumer<byte[]?, byte[]?>> openConsumer,
    ClusterTopics known,
    PartitionOffsets ends,
    ClusterRequests requests) : IConsumerGroupAdministration
{
    public async ValueTask<IReadOnlyList<ConsumerGroupDescription>> ListAsync(CancellationToken cancellationToken = default)
    {
        // Not by ListConsumerGroupsAsync: where a broker answers with an error, librdkafka 2.15.1 frees it twice, and the process dies.
        List<Client.GroupInfo> all = await requests.AskAsync(
            timeout => Task.Run(() => client.ListGroups(timeout), cancellationToken),
            "the list of groups",
            cancellationToken).ConfigureAwait(false);
        var groups = new List<ConsumerGroupDescription>();
        foreach (string groupId in all.Select(group => group.Group).Order(StringComparer.Ordinal))
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
        DescribeConsumerGroupsResult described = await requests.AskAsync(
            timeout => client.DescribeConsumerGroupsAsync([groupId], new DescribeConsumerGroupsOptions { RequestTimeout = timeout }),
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
        IReadOnlyDictionary<string, ClusterTopic> topics =
            await known.FindAsync([.. offsets.Keys.Select(partition => partition.Topic)], cancellationToken).ConfigureAwait(false);
        foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset.Offset, nameof(offsets));
            if (partition.Partition >= topics[partition.Topic].Partitions)
            {
                throw new TopicException("topic-not-found", $"There is no topic or partition {partition}: create it, or name another.");
            }
        }

        await ThrowIfNotEmptyAsync(groupId, cancellationToken).ConfigureAwait(false);
        try
        {
            await requests.AskAsync(_ => Task.Run(() => Commit(groupId, offsets), cancellationToken), $"'{groupId}'", cancellationToken).ConfigureAwait(false);
        }
        catch (FencedException)
        {
            throw NotEmpty(groupId);
        }
    }

    public async ValueTask DeleteAsync(string groupId, CancellationToken cancellationToken = default) => await requests.ChangeAsync(
        timeout => client.DeleteGroupsAsync([groupId], new DeleteGroupsOptions { RequestTimeout = timeout }),
        made: Client.ErrorCode.GroupIdNotFound,
        $"'{groupId}'",
        cancellationToken).ConfigureAwait(false);

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
        List<ListConsumerGroupOffsetsResult> results = await requests.AskAsync(
            timeout => client.ListConsumerGroupOffsetsAsync(
                [new Client.ConsumerGroupTopicPartitions(groupId, null)],
                new ListConsumerGroupOffsetsOptions { RequestTimeout = timeout, RequireStableOffsets = true }),
            $"'{groupId}'",
            cancellationToken).ConfigureAwait(false);
        TopicPartition[] partitions = [.. results.Single().Partitions.Select(one => new TopicPartition(one.Topic, one.Partition.Value)).Order()];
        if (partitions.Length == 0)
        {
            return [];
        }

        Dictionary<TopicPartition, OffsetAndMetadata> committed = await requests.AskAsync(
            timeout => Task.Run(() => GetCommitted(groupId, partitions, timeout), cancellationToken), $"'{groupId}'", cancellationToken).ConfigureAwait(false);
        var offsets = new List<ConsumerGroupOffset>();
        foreach (TopicPartition partition in partitions.Where(committed.ContainsKey))
        {
            try
            {
                long latest = await ends.FindAsync(partition, OffsetPosition.Latest, cancellationToken).ConfigureAwait(false);
                offsets.Add(new ConsumerGroupOffset(partition, committed[partition], latest));
            }
            catch (TopicException exception) when (exception.Code == "topic-not-found")
            {
                // The topic was deleted since, and what was committed for it with it.
            }
        }

        return offsets;
    }

    // The calls of the native client go on when their callers have given up, so the client is theirs alone.
    private bool Commit(string groupId, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets)
    {
        using Client.IConsumer<byte[]?, byte[]?> consumer = openConsumer(groupId);
        OffsetCommits.Commit(consumer, offsets);
        return true;
    }

    private Dictionary<TopicPartition, OffsetAndMetadata> GetCommitted(string groupId, TopicPartition[] partitions, TimeSpan timeout)
    {
        using Client.IConsumer<byte[]?, byte[]?> consumer = openConsumer(groupId);
        return OffsetCommits.GetCommitted(consumer, partitions, timeout);
    }
}
