namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>
/// Gives each subscriber of a topic a range of it. Who subscribes to the same topics gets the same ranges of those that have equally many
/// partitions, so that partition <c>n</c> of each is read by one member. Members that keep a name come first, and so keep their ranges.
/// </summary>
internal sealed class RangeAssignor : IAssignor
{
    public string Name => "range";

    public Dictionary<string, HashSet<TopicIdPartition>> Assign(IReadOnlyList<Subscriber> subscribers, IReadOnlyDictionary<Guid, int> topics)
    {
        Subscriber[] ordered = [.. subscribers
            .OrderBy(subscriber => subscriber.InstanceId is null)
            .ThenBy(subscriber => subscriber.InstanceId ?? subscriber.MemberId, StringComparer.Ordinal)];
        var assigned = subscribers.ToDictionary(subscriber => subscriber.MemberId, _ => new HashSet<TopicIdPartition>(), StringComparer.Ordinal);
        foreach ((Guid topic, int partitions) in topics)
        {
            Subscriber[] takers = Array.FindAll(ordered, subscriber => subscriber.Topics.Contains(topic));
            int next = 0;
            for (int i = 0; i < takers.Length; i++)
            {
                int share = (partitions / takers.Length) + (i < partitions % takers.Length ? 1 : 0);
                assigned[takers[i].MemberId].UnionWith(Enumerable.Range(next, share).Select(number => new TopicIdPartition(topic, number)));
                next += share;
            }
        }

        return assigned;
    }
}
