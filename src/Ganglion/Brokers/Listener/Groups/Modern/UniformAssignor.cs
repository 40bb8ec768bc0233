namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>
/// Gives members equally many partitions, over all topics, and moves as few of them as that takes. Where members subscribe to different topics,
/// nothing can be moved from one member to another that has at least two less.
/// </summary>
internal sealed class UniformAssignor : IAssignor
{
    public string Name => "uniform";

    public Dictionary<string, HashSet<TopicIdPartition>> Assign(IReadOnlyList<Subscriber> subscribers, IReadOnlyDictionary<Guid, int> topics)
    {
        Share[] shares = [.. subscribers.Select(subscriber => new Share(subscriber))];
        Dictionary<Guid, Share[]> takers = topics.Keys.ToDictionary(
            topic => topic, topic => Array.FindAll(shares, share => share.Subscriber.Topics.Contains(topic)));

        HashSet<TopicIdPartition> kept = Keep(shares, topics);
        Complete(takers, topics, kept);
        while (TryLevel(shares, takers))
        {
            // One partition after the other.
        }

        return shares.ToDictionary(share => share.Subscriber.MemberId, share => share.ToSet(), StringComparer.Ordinal);
    }

    private static HashSet<TopicIdPartition> Keep(Share[] shares, IReadOnlyDictionary<Guid, int> topics)
    {
        var kept = new HashSet<TopicIdPartition>();
        foreach (Share share in shares)
        {
            foreach (TopicIdPartition partition in share.Subscriber.Held)
            {
                if (share.Subscriber.Topics.Contains(partition.TopicId) && partition.Partition < topics[partition.TopicId] && kept.Add(partition))
                {
                    share.Add(partition.TopicId, partition.Partition);
                }
            }
        }

        return kept;
    }

    // Topics that few subscribe to go first: the others can make up for them.
    private static void Complete(Dictionary<Guid, Share[]> takers, IReadOnlyDictionary<Guid, int> topics, HashSet<TopicIdPartition> kept)
    {
        foreach ((Guid topic, Share[] eligible) in takers.Where(topic => topic.Value.Length > 0).OrderBy(topic => topic.Value.Length))
        {
            for (int number = 0; number < topics[topic]; number++)
            {
                if (!kept.Contains(new TopicIdPartition(topic, number)))
                {
                    eligible.MinBy(share => share.Count)!.Add(topic, number);
                }
            }
        }
    }

    /// <summary>Moves one partition from who has most of those who can give one away to who has least of those who can take it.</summary>
    /// <returns>Whether there was one to move.</returns>
    private static bool TryLevel(Share[] shares, Dictionary<Guid, Share[]> takers)
    {
        int least = shares.Min(share => share.Count);
        foreach (Share giver in shares.OrderByDescending(share => share.Count).TakeWhile(share => share.Count > least + 1))
        {
            foreach (Guid topic in giver.Topics)
            {
                Share taker = takers[topic].MinBy(share => share.Count)!;
                if (taker.Count + 1 < giver.Count)
                {
                    taker.Add(topic, giver.TakeLast(topic));
                    return true;
                }
            }
        }

        return false;
    }

    private sealed class Share(Subscriber subscriber)
    {
        private readonly SortedDictionary<Guid, SortedSet<int>> _partitions = [];

        public Subscriber Subscriber { get; } = subscriber;

        public int Count { get; private set; }

        public IReadOnlyCollection<Guid> Topics => _partitions.Keys;

        public void Add(Guid topic, int partition)
        {
            if (!_partitions.TryGetValue(topic, out SortedSet<int>? numbers))
            {
                _partitions.Add(topic, numbers = []);
            }

            numbers.Add(partition);
            Count++;
        }

        public int TakeLast(Guid topic)
        {
            SortedSet<int> numbers = _partitions[topic];
            int last = numbers.Max;
            numbers.Remove(last);
            Count--;
            if (numbers.Count == 0)
            {
                _partitions.Remove(topic);
            }

            return last;
        }

        public HashSet<TopicIdPartition> ToSet() =>
            [.. _partitions.SelectMany(topic => topic.Value.Select(number => new TopicIdPartition(topic.Key, number)))];
    }
}
