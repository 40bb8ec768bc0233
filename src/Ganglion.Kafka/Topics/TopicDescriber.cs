using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;
using TopicDescription = Ganglion.Brokers.TopicDescription;

namespace Ganglion.Kafka.Topics;

/// <summary>Describes topics of a cluster: what they are set up with, and where their partitions begin and end.</summary>
/// <param name="client">Asks the cluster.</param>
/// <param name="known">Knows which topics there are.</param>
/// <param name="offsets">Knows where partitions begin and end.</param>
/// <param name="options">How long it may take.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class TopicDescriber(
    Client.IAdminClient client, ClusterTopics known, PartitionOffsets offsets, KafkaBrokerOptions options, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Describes those of the topics that there are.</summary>
    public async ValueTask<List<TopicDescription>> DescribeAsync(string[] names, CancellationToken cancellationToken)
    {
        List<Confluent.Kafka.Admin.TopicDescription> found = await known.DescribeAsync(names, cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return [];
        }

        TopicPartition[] partitions = [.. found.SelectMany(topic => topic.Partitions.Select(one => new TopicPartition(topic.Name, one.Partition)))];
        Task<Dictionary<TopicPartition, long>> earliest = offsets.ListAsync(partitions, OffsetSpec.Earliest(), cancellationToken);
        Task<Dictionary<TopicPartition, long>> latest = offsets.ListAsync(partitions, OffsetSpec.Latest(), cancellationToken);
        Dictionary<string, DescribeConfigsResult> configurations = await DescribeConfigurationsAsync(found, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(earliest, latest).ConfigureAwait(false);
        Dictionary<TopicPartition, long> first = await earliest.ConfigureAwait(false);
        Dictionary<TopicPartition, long> last = await latest.ConfigureAwait(false);
        return
        [
            .. found.Select(topic => new TopicDescription(
                topic.Name,
                ClusterTopics.IdOf(topic),
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

    [LoggerMessage(421, LogLevel.Debug, "The cluster does not tell how topics are set up: {Reason}")]
    private partial void LogUndescribed(string reason);
}
