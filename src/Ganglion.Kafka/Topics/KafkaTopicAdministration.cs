using System.Buffers.Binary;
using System.Collections.Concurrent;
using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Microsoft.Extensions.Logging;
using static Confluent.Kafka.IAdminClientExtensions;
using Client = Confluent.Kafka;
using TopicDescription = Ganglion.Brokers.TopicDescription;

namespace Ganglion.Kafka.Topics;

/// <summary>The topics of a cluster.</summary>
internal sealed partial class KafkaTopicAdministration(Client.IAdminClient client, KafkaBrokerOptions options, ILogger logger) : ITopicAdministration
{
    private static readonly TimeSpan PauseUntilKnown = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, int> _widths = new(StringComparer.Ordinal);
    private readonly ILogger _logger = logger;

    public async ValueTask<TopicDescription> CreateAsync(string name, TopicSettings? settings = null, CancellationToken cancellationToken = default)
    {
        TopicRules.CheckName(name);
        settings ??= new TopicSettings();
        TopicRules.Resolve(settings, new TopicSettings());
        try
        {
            if (options.CreateTopic is { } create)
            {
                await create(name, settings, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                var topic = new TopicSpecification
                {
                    Name = name,
                    NumPartitions = settings.Partitions ?? -1,
                    ReplicationFactor = await ClampAsync(name, settings.ReplicationFactor, cancellationToken).ConfigureAwait(false),
                    Configs = TopicConfiguration.ToEntries(settings),
                };
                await client.CreateTopicsAsync([topic], new CreateTopicsOptions { RequestTimeout = options.RequestTimeout })
                    .WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (CreateTopicsException exception)
        {
            throw KafkaErrors.ToException(exception.Results[0].Error, name, exception);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, name);
        }

        // The one who created it has told the controller only; the others learn of it in their time.
        TopicDescription? created;
        while ((created = await FindAsync(name, cancellationToken).ConfigureAwait(false)) is null)
        {
            await Task.Delay(PauseUntilKnown, cancellationToken).ConfigureAwait(false);
        }

        return created;
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.DeleteTopicsAsync([name], new DeleteTopicsOptions { RequestTimeout = options.RequestTimeout })
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            _widths.TryRemove(name, out _);
        }
        catch (DeleteTopicsException exception)
        {
            throw KafkaErrors.ToException(exception.Results[0].Error, $"'{name}'", exception);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, $"'{name}'");
        }
    }

    public async ValueTask<TopicDescription?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        TopicName.IsValid(name) ? (await DescribeAsync([name], cancellationToken).ConfigureAwait(false)).SingleOrDefault() : null;

    public async ValueTask<IReadOnlyList<TopicDescription>> ListAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            Client.Metadata all = await Task.Run(() => client.GetMetadata(options.RequestTimeout), cancellationToken).ConfigureAwait(false);
            List<TopicDescription> topics = await DescribeAsync([.. all.Topics.Select(topic => topic.Topic)], cancellationToken).ConfigureAwait(false);
            return [.. topics.OrderBy(topic => topic.Name, StringComparer.Ordinal)];
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, "the list of topics");
        }
    }

    public async ValueTask<long> GetOffsetAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken = default)
    {
        if (position.Kind is OffsetPositionKind.Earliest or OffsetPositionKind.Latest)
        {
            return (await ListOffsetsAsync([partition], position.Kind == OffsetPositionKind.Earliest ? OffsetSpec.Earliest() : OffsetSpec.Latest(), cancellationToken)
                .ConfigureAwait(false))[partition];
        }

        (long earliest, long latest) = await GetBoundsAsync(partition, cancellationToken).ConfigureAwait(false);
        if (position.Kind == OffsetPositionKind.Offset)
        {
            return Math.Max(position.Offset, earliest);
        }

        OffsetSpec moment = OffsetSpec.ForTimestamp(position.Time.ToUnixTimeMilliseconds());
        long found = (await ListOffsetsAsync([partition], moment, cancellationToken).ConfigureAwait(false))[partition];
        return found < 0 ? latest : found;
    }

    /// <summary>The first offset that is kept, and the one behind the last that readers may see.</summary>
    public async ValueTask<(long Earliest, long Latest)> GetBoundsAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        Task<Dictionary<TopicPartition, long>> earliest = ListOffsetsAsync([partition], OffsetSpec.Earliest(), cancellationToken);
        Task<Dictionary<TopicPartition, long>> latest = ListOffsetsAsync([partition], OffsetSpec.Latest(), cancellationToken);
        await Task.WhenAll(earliest, latest).ConfigureAwait(false);
        return ((await earliest.ConfigureAwait(false))[partition], (await latest.ConfigureAwait(false))[partition]);
    }

    /// <summary>How many partitions a topic has; 0 if there is no such topic.</summary>
    public async ValueTask<int> CountPartitionsAsync(string name, CancellationToken cancellationToken)
    {
        if (_widths.TryGetValue(name, out int known))
        {
            return known;
        }

        int count = (await FindPartitionsAsync([name], cancellationToken).ConfigureAwait(false)).SingleOrDefault()?.Partitions.Count ?? 0;
        if (count > 0)
        {
            _widths[name] = count;
        }

        return count;
    }

    /// <summary>Creates topics that are about to be subscribed to, if that is allowed.</summary>
    public async ValueTask CreateMissingAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        if (!options.AutoCreateTopics)
        {
            return;
        }

        foreach (string name in names)
        {
            if (await CountPartitionsAsync(name, cancellationToken).ConfigureAwait(false) == 0)
            {
                await this.EnsureAsync(name, new TopicSettings(), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // More copies than there are brokers cannot be had.
    private async ValueTask<short> ClampAsync(string name, short? wanted, CancellationToken cancellationToken)
    {
        if (wanted is not { } replicas)
        {
            return -1;
        }

        DescribeClusterResult cluster = await client.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = options.RequestTimeout })
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        if (replicas <= cluster.Nodes.Count)
        {
            return replicas;
        }

        LogClamped(name, replicas, cluster.Nodes.Count);
        return (short)cluster.Nodes.Count;
    }

    private async ValueTask<List<TopicDescription>> DescribeAsync(string[] names, CancellationToken cancellationToken)
    {
        List<Confluent.Kafka.Admin.TopicDescription> found = await FindPartitionsAsync(names, cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return [];
        }

        TopicPartition[] partitions = [.. found.SelectMany(topic => topic.Partitions.Select(one => new TopicPartition(topic.Name, one.Partition)))];
        Task<Dictionary<TopicPartition, long>> earliest = ListOffsetsAsync(partitions, OffsetSpec.Earliest(), cancellationToken);
        Task<Dictionary<TopicPartition, long>> latest = ListOffsetsAsync(partitions, OffsetSpec.Latest(), cancellationToken);
        Dictionary<string, DescribeConfigsResult> configurations = await DescribeConfigurationsAsync(found, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(earliest, latest).ConfigureAwait(false);
        Dictionary<TopicPartition, long> first = await earliest.ConfigureAwait(false);
        Dictionary<TopicPartition, long> last = await latest.ConfigureAwait(false);
        return
        [
            .. found.Select(topic => new TopicDescription(
                topic.Name,
                IdOf(topic),
                TopicConfiguration.FromEntries(
                    entry => configurations.GetValueOrDefault(topic.Name)?.Entries.GetValueOrDefault(entry)?.Value,
                    topic.Partitions.Count,
                    topic.Partitions.Max(one => one.Replicas.Count)),
                [
                    .. topic.Partitions.OrderBy(one => one.Partition).Select(one => new TopicPartition(topic.Name, one.Partition))
                        .Select(one => new PartitionDescription(one.Partition, first[one], last[one], null)),
                ])),
        ];
    }

    private async Task<List<Confluent.Kafka.Admin.TopicDescription>> FindPartitionsAsync(string[] names, CancellationToken cancellationToken)
    {
        if (names.Length == 0)
        {
            return [];
        }

        List<Confluent.Kafka.Admin.TopicDescription> topics;
        try
        {
            topics = (await client.DescribeTopicsAsync(
                Client.TopicCollection.OfTopicNames(names), new DescribeTopicsOptions { RequestTimeout = options.RequestTimeout })
                .WaitAsync(cancellationToken).ConfigureAwait(false)).TopicDescriptions;
        }
        catch (DescribeTopicsException exception)
        {
            topics = exception.Results.TopicDescriptions;
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, string.Join(", ", names.Take(3)));
        }

        foreach (Confluent.Kafka.Admin.TopicDescription topic in topics)
        {
            if (topic.Error.IsError && topic.Error.Code != Client.ErrorCode.UnknownTopicOrPart)
            {
                throw KafkaErrors.ToException(topic.Error, $"'{topic.Name}'");
            }
        }

        return [.. topics.Where(topic => !topic.Error.IsError && topic.Partitions.Count > 0)];
    }

    private async Task<Dictionary<string, DescribeConfigsResult>> DescribeConfigurationsAsync(
        List<Confluent.Kafka.Admin.TopicDescription> topics, CancellationToken cancellationToken)
    {
        try
        {
            List<DescribeConfigsResult> results = await client.DescribeConfigsAsync(
                topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic.Name }),
                new DescribeConfigsOptions { RequestTimeout = options.RequestTimeout }).WaitAsync(cancellationToken).ConfigureAwait(false);
            return results.ToDictionary(result => result.ConfigResource.Name, StringComparer.Ordinal);
        }
        catch (Client.KafkaException exception)
        {
            // Who may not look, or asks a cluster that does not tell, goes by Kafka's defaults.
            LogUndescribed(exception.Error.Reason);
            return [];
        }
    }

    private async Task<Dictionary<TopicPartition, long>> ListOffsetsAsync(
        TopicPartition[] partitions, OffsetSpec which, CancellationToken cancellationToken)
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
        string[] names = [.. partitions.Select(partition => partition.Topic).Distinct()];
        Dictionary<string, int> widths = (await FindPartitionsAsync(names, cancellationToken).ConfigureAwait(false))
            .ToDictionary(topic => topic.Name, topic => topic.Partitions.Count, StringComparer.Ordinal);
        foreach (TopicPartition partition in partitions)
        {
            if (partition.Partition >= widths.GetValueOrDefault(partition.Topic))
            {
                return KafkaErrors.ToException(new Client.Error(Client.ErrorCode.UnknownTopicOrPart), $"'{partition}'", cause);
            }
        }

        return KafkaErrors.ToException(
            new Client.Error(Client.ErrorCode.Local_AllBrokersDown, "no broker leads it"), string.Join(", ", partitions.Take(3)), cause);
    }

    private static Guid IdOf(Confluent.Kafka.Admin.TopicDescription topic)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, topic.TopicId.MostSignificantBits);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], topic.TopicId.LeastSignificantBits);
        return new Guid(bytes, bigEndian: true);
    }

    [LoggerMessage(420, LogLevel.Warning, "The topic {Topic} is to have {Wanted} copies, but the cluster has {Brokers} brokers: it gets as many.")]
    private partial void LogClamped(string topic, int wanted, int brokers);

    [LoggerMessage(421, LogLevel.Debug, "The cluster does not tell how topics are set up: {Reason}")]
    private partial void LogUndescribed(string reason);
}
