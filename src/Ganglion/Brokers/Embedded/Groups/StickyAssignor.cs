namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>
/// Decides which member is meant to have which partition: evenly, moving as little as possible, and partition <c>n</c> of all
/// topics with equally many partitions to the same member.
/// </summary>
/// <remarks>
/// Members that subscribe to different topics (during a rolling upgrade, say) keep co-partitioning: where some members subscribe to
/// all topics of equally many partitions, only they get any of them. Where no member does, the topics are shared out by who
/// subscribes to them.
/// </remarks>
internal static class StickyAssignor
{
    /// <param name="members">The members in the order in which they joined.</param>
    /// <param name="partitionsOf">How many partitions a topic has; 0 if there is no such topic.</param>
    /// <param name="current">Who was meant to have what before.</param>
    public static Dictionary<TopicPartition, GroupMember> Assign(
        IReadOnlyList<GroupMember> members,
        Func<string, int> partitionsOf,
        IReadOnlyDictionary<TopicPartition, GroupMember> current)
    {
        var target = new Dictionary<TopicPartition, GroupMember>();
        var loads = members.ToDictionary(member => member, _ => 0);
        var byPartitionCount = members
            .SelectMany(member => member.Topics)
            .Distinct(StringComparer.Ordinal)
            .Where(topic => partitionsOf(topic) > 0)
            .Order(StringComparer.Ordinal)
            .GroupBy(partitionsOf)
            .OrderByDescending(topics => topics.Key);

        foreach (IGrouping<int, string> topics in byPartitionCount)
        {
            foreach ((string[] together, GroupMember[] eligible) in Split([.. topics], members))
            {
                GroupMember[] owners = Share(topics.Key, eligible, loads, OwnersBefore(together, topics.Key, current));
                foreach (string topic in together)
                {
                    for (int partition = 0; partition < owners.Length; partition++)
                    {
                        target[new TopicPartition(topic, partition)] = owners[partition];
                        loads[owners[partition]]++;
                    }
                }
            }
        }

        return target;
    }

    /// <summary>Topics that move together, with the members that can take them.</summary>
    private static IEnumerable<(string[] Topics, GroupMember[] Eligible)> Split(string[] topics, IReadOnlyList<GroupMember> members)
    {
        GroupMember[] all = [.. members.Where(member => topics.All(member.Topics.Contains))];
        if (all.Length > 0)
        {
            return [(topics, all)];
        }

        return topics
            .Select(topic => (Topic: topic, Subscribers: members.Where(member => member.Topics.Contains(topic)).ToArray()))
            .GroupBy(entry => string.Join('\n', entry.Subscribers.Select(member => member.Id)), StringComparer.Ordinal)
            .Select(group => (group.Select(entry => entry.Topic).ToArray(), group.First().Subscribers));
    }

    private static GroupMember?[] OwnersBefore(
        string[] topics, int partitions, IReadOnlyDictionary<TopicPartition, GroupMember> current)
    {
        var owners = new GroupMember?[partitions];
        for (int partition = 0; partition < partitions; partition++)
        {
            owners[partition] = topics
                .Select(topic => current.GetValueOrDefault(new TopicPartition(topic, partition)))
                .FirstOrDefault(owner => owner is not null);
        }

        return owners;
    }

    /// <summary>Gives each partition number a member: numbers per member differ by one at most, and as many as possible stay.</summary>
    private static GroupMember[] Share(
        int partitions, GroupMember[] members, Dictionary<GroupMember, int> loads, GroupMember?[] before)
    {
        ILookup<GroupMember?, int> owned = before.Select((owner, partition) => (owner, partition)).ToLookup(x => x.owner, x => x.partition);

        // What is left over goes to who has least of everything else, and among those to who would have to give most away.
        GroupMember[] order = [.. members.OrderBy(member => loads[member]).ThenByDescending(member => owned[member].Count())];
        var room = new Dictionary<GroupMember, int>();
        for (int i = 0; i < order.Length; i++)
        {
            room[order[i]] = (partitions / order.Length) + (i < partitions % order.Length ? 1 : 0);
        }

        var owners = new GroupMember?[partitions];
        foreach (GroupMember member in order)
        {
            foreach (int partition in owned[member].Take(room[member]))
            {
                owners[partition] = member;
            }

            room[member] -= Math.Min(room[member], owned[member].Count());
        }

        using IEnumerator<GroupMember> next = order.SelectMany(member => Enumerable.Repeat(member, room[member])).GetEnumerator();
        for (int partition = 0; partition < partitions; partition++)
        {
            if (owners[partition] is null)
            {
                next.MoveNext();
                owners[partition] = next.Current;
            }
        }

        return owners!;
    }
}
