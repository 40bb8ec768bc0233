using Ganglion.Brokers;
using Ganglion.Kafka.Topics;
using Microsoft.Extensions.Logging;

namespace Ganglion.Kafka.Reading;

/// <summary>
/// Looks now and then whether the topics that are fetched are still there, and still the same: of one that was deleted the native client just
/// waits for records.
/// </summary>
internal sealed class FetchWatch : IDisposable
{
    private readonly FetcherPool _fetchers;
    private readonly ClusterTopics _topics;
    private readonly ObservedTopics _observed;
    private readonly TopicPoll _poll;

    /// <param name="fetchers">Have what is fetched.</param>
    /// <param name="topics">Knows the topics.</param>
    /// <param name="observed">What is to be believed of them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    public FetchWatch(FetcherPool fetchers, ClusterTopics topics, ObservedTopics observed, TimeProvider time, ILogger logger)
    {
        _fetchers = fetchers;
        _topics = topics;
        _observed = observed;
        _poll = new TopicPoll(LookAsync, time, logger);
    }

    public void Dispose() => _poll.Dispose();

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        FetchedPartition[] fetched = _fetchers.Partitions;
        IReadOnlyDictionary<string, ClusterTopic> found =
            await _topics.FindAsync([.. fetched.Select(partition => partition.Id.Topic).Distinct()], cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, ClusterTopic> topics = _observed.Observe(found);
        foreach (FetchedPartition partition in fetched)
        {
            string name = partition.Id.Topic;
            if (partition.Id.Partition < topics[name].Partitions)
            {
                partition.CheckTopic(topics[name].Id);
            }
            else if (topics[name].Partitions > 0 || _observed.IsGone(name))
            {
                partition.Fail(new TopicException("topic-not-found", $"{partition.Id} does not exist any more: the topic was deleted."));
            }
        }

        if (found.Values.Any(topic => topic.Partitions == 0))
        {
            _poll.LookSoon();
        }
    }
}
