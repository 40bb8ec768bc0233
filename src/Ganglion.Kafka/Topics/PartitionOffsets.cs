using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Kafka.Requests;
using static Confluent.Kafka.IAdminClientExtensions;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Topics;

/// <summary>Where partitions of a cluster begin and end.</summary>
/// <param name="client">Asks the cluster.</param>
/// <param name="requests">Asks it again if need be.</param>
/// <param name="known">Knows which partitions there are.</param>
internal sealed class PartitionOffsets(Client.IAdminClient client, ClusterRequests requests, ClusterTopics known)
{
    /// <summary>The offset of an end of the log, of a moment, or the one that is named.</summary>
    public async ValueTask<long> FindAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken) =>
        await requests.AskAsync(timeout => FindOnceAsync(partition, position, timeout), $"'{partition}'", cancellationToken).ConfigureAwait(false);

    // Whoever leads a partition of a topic that was just created may be the last to hear of it.
    private async Task<long> FindOnceAsync(TopicPartition partition, OffsetPosition position, TimeSpan timeout)
    {
        try
        {
            return await LookUpAsync(partition, position, timeout).ConfigureAwait(false);
        }
        catch (TopicException exception) when (exception.Code == "topic-not-found")
        {
            IReadOnlyDictionary<string, ClusterTopic> topics = await known.AskOnceAsync([partition.Topic], timeout).ConfigureAwait(false);
            if (partition.Partition >= topics[partition.Topic].Partitions)
            {
                throw;
            }

            throw new KafkaException(KafkaErrors.Unavailable, $"The leader of '{partition}' does not know of it yet: look for brokers that are overloaded.", exception);
        }
    }

    private async Task<long> LookUpAsync(TopicPartition partition, OffsetPosition position, TimeSpan timeout)
    {
        switch (position.Kind)
        {
            case OffsetPositionKind.Earliest:
                return await FindAsync(OffsetSpec.Earliest()).ConfigureAwait(false);
            case OffsetPositionKind.Latest:
                return await FindAsync(OffsetSpec.Latest()).ConfigureAwait(false);
            case OffsetPositionKind.End:
                return await FindAsync(OffsetSpec.Latest(), Client.IsolationLevel.ReadUncommitted).ConfigureAwait(false);
            case OffsetPositionKind.Offset:
                return Math.Max(position.Offset, await FindAsync(OffsetSpec.Earliest()).ConfigureAwait(false));
            default:
                long found = await FindAsync(OffsetSpec.ForTimestamp(position.Time.ToUnixTimeMilliseconds())).ConfigureAwait(false);
                return found < 0 ? await FindAsync(OffsetSpec.Latest()).ConfigureAwait(false) : found;
        }

        async ValueTask<long> FindAsync(OffsetSpec which, Client.IsolationLevel level = Client.IsolationLevel.ReadCommitted) =>
            (await ListOnceAsync([partition], which, level, timeout).ConfigureAwait(false))[partition];
    }

    /// <summary>The offsets of the same end, of several partitions, as readers see it.</summary>
    public Task<Dictionary<TopicPartition, long>> ListOnceAsync(TopicPartition[] partitions, OffsetSpec which, TimeSpan timeout) =>
        ListOnceAsync(partitions, which, Client.IsolationLevel.ReadCommitted, timeout);

    private async Task<Dictionary<TopicPartition, long>> ListOnceAsync(
        TopicPartition[] partitions, OffsetSpec which, Client.IsolationLevel level, TimeSpan timeout)
    {
        try
        {
            ListOffsetsResult result = await client.ListOffsetsAsync(
                partitions.Select(partition => new TopicPartitionOffsetSpec
                {
                    TopicPartition = new Client.TopicPartition(partition.Topic, partition.Partition),
                    OffsetSpec = which,
                }),
                new ListOffsetsOptions { RequestTimeout = timeout, IsolationLevel = level }).ConfigureAwait(false);
            return result.ResultInfos.Select(info => info.TopicPartitionOffsetError).ToDictionary(
                found => new TopicPartition(found.Topic, found.Partition.Value), found => found.Offset.Value);
        }
        catch (ListOffsetsException exception)
        {
            Client.TopicPartitionOffsetError failed =
                exception.Result.ResultInfos.Select(info => info.TopicPartitionOffsetError).First(one => one.Error.IsError);
            throw KafkaErrors.ToException(failed.Error, $"'{failed.TopicPartition}'", exception);
        }
        catch (Client.KafkaException exception) when (exception.Error.Code == Client.ErrorCode.Local_NoEnt)
        {
            throw await ExplainMissingLeaderAsync(partitions, exception, timeout).ConfigureAwait(false);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, string.Join(", ", partitions.Take(3)));
        }
    }

    // Nobody leads a partition that is not there, nor one whose brokers are down.
    private async Task<GanglionException> ExplainMissingLeaderAsync(
        TopicPartition[] partitions, Client.KafkaException cause, TimeSpan timeout)
    {
        IReadOnlyDictionary<string, ClusterTopic> topics = await known.AskOnceAsync(
            [.. partitions.Select(partition => partition.Topic).Distinct()], timeout).ConfigureAwait(false);
        foreach (TopicPartition partition in partitions)
        {
            if (partition.Partition >= topics.GetValueOrDefault(partition.Topic).Partitions)
            {
                return KafkaErrors.ToException(new Client.Error(Client.ErrorCode.UnknownTopicOrPart), $"'{partition}'", cause);
            }
        }

        return KafkaErrors.ToException(
            new Client.Error(Client.ErrorCode.Local_AllBrokersDown, "no broker leads it"), string.Join(", ", partitions.Take(3)), cause);
    }
}
