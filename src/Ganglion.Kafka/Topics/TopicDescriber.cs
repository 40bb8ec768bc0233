using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Kafka.Requests;
using TopicDescription = Ganglion.Brokers.TopicDescription;

namespace Ganglion.Kafka.Topics;

/// <summary>Describes topics of a cluster: what they are set up with, and where their partitions begin and end.</summary>
/// <param name="requests">Asks the cluster.</param>
/// <param name="known">Knows which topics there are.</param>
/// <param name="offsets">Knows where partitions begin and end.</param>
/// <param name="configurations">Knows what they are set up with.</param>
internal sealed class TopicDescriber(ClusterRequests requests, ClusterTopics known, PartitionOffsets offsets, TopicConfigurations configurations)
{
    /// <summary>Describes those of the topics that there are.</summary>
    public async ValueTask<List<TopicDescription>> DescribeAsync(string[] names, CancellationToken cancellationToken) =>
        await requests.AskAsync(_ => DescribeOnceAsync(names, cancellationToken), ClusterTopics.NamesOf(names), cancellationToken).ConfigureAwait(false);

    private async Task<List<TopicDescription>> DescribeOnceAsync(string[] names, CancellationToken cancellationToken)
    {
        List<Confluent.Kafka.Admin.TopicDescription> found = await known.DescribeAsync(names, cancellationToken).ConfigureAwait(false);
        try
        {
            return found.Count == 0 ? [] : await DescribeAsync(found, cancellationToken).ConfigureAwait(false);
        }
        catch (TopicException exception) when (exception.Code == "topic-not-found")
        {
            // One was deleted since, or was created a moment ago and is not known to all brokers: what there is must be looked at anew.
            throw new KafkaException(KafkaErrors.Unavailable, $"The brokers do not agree on which topics there are: {exception.Message}", exception);
        }
    }

    private async Task<List<TopicDescription>> DescribeAsync(
        List<Confluent.Kafka.Admin.TopicDescription> found, CancellationToken cancellationToken)
    {
        TopicPartition[] partitions = [.. found.SelectMany(topic => topic.Partitions.Select(one => new TopicPartition(topic.Name, one.Partition)))];
        Task<Dictionary<TopicPartition, long>> earliest = offsets.ListAsync(partitions, OffsetSpec.Earliest(), cancellationToken);
        Task<Dictionary<TopicPartition, long>> latest = offsets.ListAsync(partitions, OffsetSpec.Latest(), cancellationToken);
        Task<Dictionary<string, DescribeConfigsResult>> entries = configurations.DescribeAsync([.. found.Select(topic => topic.Name)], cancellationToken);
        await Task.WhenAll(earliest, latest, entries).ConfigureAwait(false);
        Dictionary<TopicPartition, long> first = await earliest.ConfigureAwait(false);
        Dictionary<TopicPartition, long> last = await latest.ConfigureAwait(false);
        Dictionary<string, DescribeConfigsResult> configured = await entries.ConfigureAwait(false);
        return
        [
            .. found.Select(topic => new TopicDescription(
                topic.Name,
                ClusterTopics.IdOf(topic),
                TopicConfiguration.FromEntries(
                    entry => configured.GetValueOrDefault(topic.Name)?.Entries.GetValueOrDefault(entry)?.Value,
                    topic.Partitions.Count,
                    topic.Partitions.Max(one => one.Replicas.Count)),
                [
                    .. topic.Partitions.OrderBy(one => one.Partition).Select(one => new TopicPartition(topic.Name, one.Partition))
                        .Select(one => new PartitionDescription(one.Partition, first[one], last[one], null)),
                ])),
        ];
    }
}
