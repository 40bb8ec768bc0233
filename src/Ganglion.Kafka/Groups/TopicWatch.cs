using Ganglion.Kafka.Topics;
using Microsoft.Extensions.Logging;

namespace Ganglion.Kafka.Groups;

/// <summary>
/// Looks now and then whether the topics of a member have come, grown, gone, or come again as others. It does so beside the reading loop, which
/// is told only when there is something to do, and does not wait for a cluster that does not answer.
/// </summary>
internal sealed class TopicWatch : IDisposable
{
    private readonly ClusterTopics _topics;
    private readonly ObservedTopics _observed;
    private readonly Action _changed;
    private readonly TopicPoll _poll;
    private volatile IReadOnlyDictionary<string, ClusterTopic> _seen = new Dictionary<string, ClusterTopic>();
    private volatile bool _mustTell;

    /// <param name="topics">Knows the topics.</param>
    /// <param name="observed">What is to be believed of them.</param>
    /// <param name="changed">Told that they are not as they were.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    public TopicWatch(ClusterTopics topics, ObservedTopics observed, Action changed, TimeProvider time, ILogger logger)
    {
        _topics = topics;
        _observed = observed;
        _changed = changed;
        _poll = new TopicPoll(LookAsync, time, logger);
    }

    /// <summary>The loop goes by these topics from now on.</summary>
    public void Expect(IReadOnlyDictionary<string, ClusterTopic> topics) => _seen = topics;

    /// <summary>Something is missing that may come at any moment.</summary>
    public void LookSoon() => _poll.LookSoon();

    /// <summary>Something is wrong with a topic: the loop is to look soon, whatever the cluster says.</summary>
    public void TellSoon()
    {
        _mustTell = true;
        LookSoon();
    }

    public void Dispose() => _poll.Dispose();

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, ClusterTopic> seen = _seen;
        IReadOnlyDictionary<string, ClusterTopic> found = await _topics.FindAsync([.. seen.Keys], cancellationToken).ConfigureAwait(false);
        if (_observed.Observe(found).Any(topic => topic.Value != seen[topic.Key]) || _mustTell)
        {
            _mustTell = false;
            _changed();
        }
        else if (found.Values.Any(topic => topic.Partitions == 0))
        {
            LookSoon();
        }
    }
}
