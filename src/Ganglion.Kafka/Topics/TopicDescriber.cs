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
    public Task<List<TopicDescription>> DescribeAsync(string[] names, CancellationToken cancellationToken) =>
        requests.AskAsync(timeout => DescribeOnceAsync(names, timeout), ClusterTopics.NamesOf(names), cancellationToken);

    /// <summary>As <see cref="DescribeAsync"/>, for whoever asks again itself.</summary>
    public async Task<List<TopicDescription>> DescribeOnceAsync(string[] names, TimeSpan timeout)
    {
        List<Confluent.Kafka.Admin.TopicDescription> found = await known.DescribeOnceAsync(names, timeout).ConfigureAwait(false);
        try
        {
            return found.Count == 0 ? [] : await DescribeOnceAsync(found, timeout).ConfigureAwait(false);
        }
        catch (TopicException exception) when (exception.Code == "topic-not-found")
        {
            // One was deleted since, or was created a moment ago and is not known to all brokers: what there is must be looked at anew.
            throw new KafkaException(KafkaErrors.Unavailable, $"The brokers do not agree on which topics there are: {exception.Message}", exception);
        }
    }

    private async Task<List<TopicDescription>> DescribeOnceAsync(
        List<Confluent.Kafka.Admin.TopicDescription> found, TimeSpan timeout)
    {
        TopicPartition[] partitions = [.. found.SelectMany(topic => topic.Partitions.Select(one => new TopicPartition(topic.Name, one.Partition)))];
        Task<Dictionary<TopicPartition, long>> earliest = offsets.ListOnceAsync(partitions, OffsetSpec.Earliest(), timeout);
        Task<Dictionary<TopicPartition, long>> latest = offsets.ListOnceAsync(partitions, OffsetSpec.Latest(), timeout);
        Task<Dictionary<string, DescribeConfigsResult>> entries = configurations.DescribeOnceAsync([.. found.Select(topic => topic.Name)], timeout);
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
