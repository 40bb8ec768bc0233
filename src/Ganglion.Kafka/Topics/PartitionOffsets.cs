using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using static Confluent.Kafka.IAdminClientExtensions;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Topics;

/// <summary>Where partitions of a cluster begin and end.</summary>
/// <param name="client">Asks the cluster.</param>
/// <param name="known">Knows which partitions there are.</param>
/// <param name="options">How long it may take.</param>
internal sealed class PartitionOffsets(Client.IAdminClient client, ClusterTopics known, KafkaBrokerOptions options)
{
    /// <summary>The first offset that is kept, and the one behind the last that readers may see.</summary>
    public async ValueTask<(long Earliest, long Latest)> GetBoundsAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        Task<Dictionary<TopicPartition, long>> earliest = ListAsync([partition], OffsetSpec.Earliest(), cancellationToken);
        Task<Dictionary<TopicPartition, long>> latest = ListAsync([partition], OffsetSpec.Latest(), cancellationToken);
        await Task.WhenAll(earliest, latest).ConfigureAwait(false);
        return ((await earliest.ConfigureAwait(false))[partition], (await latest.ConfigureAwait(false))[partition]);
    }

    /// <summary>The offset of an end of the log, of a moment, or the one that is named.</summary>
    public async ValueTask<long> FindAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken)
    {
        if (position.Kind is OffsetPositionKind.Earliest or OffsetPositionKind.Latest)
        {
            OffsetSpec end = position.Kind == OffsetPositionKind.Earliest ? OffsetSpec.Earliest() : OffsetSpec.Latest();
            return (await ListAsync([partition], end, cancellationToken).ConfigureAwait(false))[partition];
        }

        (long earliest, long latest) = await GetBoundsAsync(partition, cancellationToken).ConfigureAwait(false);
        if (position.Kind == OffsetPositionKind.Offset)
        {
            return Math.Max(position.Offset, earliest);
        }

        OffsetSpec moment = OffsetSpec.ForTimestamp(position.Time.ToUnixTimeMilliseconds());
        long found = (await ListAsync([partition], moment, cancellationToken).ConfigureAwait(false))[partition];
        return found < 0 ? latest : found;
    }

    public async Task<Dictionary<TopicPartition, long>> ListAsync(TopicPartition[] partitions, OffsetSpec which, CancellationToken cancellationToken)
    {
        try
        {
            ListOffsetsResult result = await client.ListOffsetsAsync(
                partitions.Select(partition => new TopicPartitionOffsetSpec
                {
                    TopicPartition = new Client.TopicPartition(partition.Topic, partition.Partition),
                    OffsetSpec = which,
                }),
                new ListOffsetsOptions { RequestTimeout = options.RequestTimeout, IsolationLevel = Client.IsolationLevel.ReadCommitted })
                .WaitAsync(cancellationToken).ConfigureAwait(false);
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
            throw await ExplainMissingLeaderAsync(partitions, exception, cancellationToken).ConfigureAwait(false);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, string.Join(", ", partitions.Take(3)));
        }
    }

    // Nobody leads a partition that is not there, nor one whose brokers are down.
    private async Task<GanglionException> ExplainMissingLeaderAsync(
        TopicPartition[] partitions, Client.KafkaException cause, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, ClusterTopic> topics = await known.AskAsync(
            [.. partitions.Select(partition => partition.Topic).Distinct()], cancellationToken).ConfigureAwait(false);
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
