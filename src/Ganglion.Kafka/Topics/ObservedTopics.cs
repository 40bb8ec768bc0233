namespace Ganglion.Kafka.Topics;

/// <summary>
/// The topics as their readers go by them. One that an answer of the cluster leaves out is believed to be gone only when all answers have left
/// it out for a while: a broker that lags behind the others does not know it for a moment, or not how many partitions it has by now.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ObservedTopics(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A cluster that nobody has reached for so long has said nothing about any topic meanwhile.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    // Nobody watches a topic any more of which nobody has asked for so long.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Observation> _seen = new(StringComparer.Ordinal);

    /// <summary>What is to be believed now that the cluster has answered.</summary>
    public IReadOnlyDictionary<string, ClusterTopic> Observe(IReadOnlyDictionary<string, ClusterTopic> answer)
    {
        lock (_lock)
        {
            foreach ((string name, Observation last) in _seen)
            {
                if (time.GetElapsedTime(last.At) > Memory)
                {
                    _seen.Remove(name);
                }
            }

            return answer.ToDictionary(topic => topic.Key, topic => Observe(topic.Key, topic.Value), StringComparer.Ordinal);
        }
    }

    /// <summary>Whether a topic has been missing for long enough to be gone.</summary>
    public bool IsGone(string name)
    {
        lock (_lock)
        {
            return _seen.GetValueOrDefault(name).MissingSince is { } since && time.GetElapsedTime(since) >= Patience;
        }
    }

    private ClusterTopic Observe(string name, ClusterTopic now)
    {
        (ClusterTopic before, long? missingSince, long lastAt) = _seen.GetValueOrDefault(name);
        long at = time.GetTimestamp();
        if (now.Partitions == 0)
        {
            _seen[name] = new(before, time.GetElapsedTime(lastAt) < Silence ? missingSince ?? at : at, at);
            return IsGone(name) ? now : before;
        }

        // The same topic never has fewer partitions than it had.
        ClusterTopic believed = now.Id != default && now.Id == before.Id && now.Partitions < before.Partitions ? before : now;
        _seen[name] = new(believed, null, at);
        return believed;
    }

    private readonly record struct Observation(ClusterTopic Topic, long? MissingSince, long At);
}
