namespace Ganglion.Brokers.Embedded.Groups;

/// <summary>
/// Decides which member is meant to have which partition: evenly, moving as little as possible, and partition <c>n</c> of all
/// topics with equally many partitions to the same member.
/// </summary>
/// <remarks>
/// Members that subscribe to different topics (during a rolling upgrade, say) keep co-partitioning. Topics of equally many partitions
/// are related when a member subscribes to both, or by way of others; where some members subscribe to all topics that are related,
/// only they get any of them. Where no member does, the topics are shared out by who subscribes to them, and partition <c>n</c> goes
/// to a member that already has partition <c>n</c> of another where it can.
/// </remarks>
internal static class StickyAssignor
{
    /// <param name="members">The members in the order in which they joined.</param>
    /// <param name="partitionsOf">How many partitions a topic has; 0 if there is no such topic.</param>
    /// <param name="current">Who has what now, or is meant to.</param>
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
            foreach ((string[] together, GroupMember[] eligible) in Relate(topics, members).SelectMany(related => Split(related, members)))
            {
                GroupMember[] owners = Share(
                    eligible,
                    loads,
                    bound: OwnersOf(topics, topics.Key, eligible, target),
                    before: OwnersOf(together, topics.Key, eligible, current));
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

    /// <summary>Parts topics so that no member subscribes to topics of two parts.</summary>
    private static IEnumerable<string[]> Relate(IEnumerable<string> topics, IReadOnlyList<GroupMember> members)
    {
        List<string[]> parts = [.. topics.Select(topic => new[] { topic })];
        foreach (GroupMember member in members)
        {
            ILookup<bool, string[]> subscribed = parts.ToLookup(part => part.Any(member.Topics.Contains));
            parts = [[.. subscribed[true].SelectMany(part => part).Order(StringComparer.Ordinal)], .. subscribed[false]];
        }

        return parts.Where(part => part.Length > 0);
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
            .Select(group => (Topics: group.Select(entry => entry.Topic).ToArray(), Eligible: group.First().Subscribers))
            .OrderByDescending(group => group.Eligible.Length);
    }

    /// <summary>
    /// For each partition number a member that has it of one of some topics and is eligible, if there is one. Where several have it,
    /// the topic that more members share counts: to go by it moves less.
    /// </summary>
    private static GroupMember?[] OwnersOf(
        IEnumerable<string> topics,
        int partitions,
        GroupMember[] eligible,
        IReadOnlyDictionary<TopicPartition, GroupMember> owners)
    {
        int[] numbers = [.. Enumerable.Range(0, partitions)];
        GroupMember?[][] byTopic = [.. topics
            .Select(topic => Array.ConvertAll(numbers, partition => owners.GetValueOrDefault(new TopicPartition(topic, partition))))
            .OrderByDescending(ownersOfTopic => ownersOfTopic.Distinct().Count())];
        return Array.ConvertAll(
            numbers, partition => byTopic.Select(ownersOfTopic => ownersOfTopic[partition]).FirstOrDefault(owner => eligible.Contains(owner)));
    }

    /// <summary>
    /// Gives each partition number a member: those that are bound to one their own, and of the others as many as possible stay. Numbers
    /// per member differ by one at most, unless more of them are bound to it.
    /// </summary>
    private static GroupMember[] Share(
        GroupMember[] members, Dictionary<GroupMember, int> loads, GroupMember?[] bound, GroupMember?[] before)
    {
        int partitions = bound.Length;
        GroupMember?[] owners = [.. bound];
        ILookup<GroupMember?, int> owned = before.Select((owner, partition) => (owner, partition)).ToLookup(x => x.owner, x => x.partition);

        // What is left over goes to who has least of everything else, and among those to who would have to give most away.
        GroupMember[] order = [.. members.OrderBy(member => loads[member]).ThenByDescending(member => owned[member].Count())];
        var room = new Dictionary<GroupMember, int>();
        for (int i = 0; i < order.Length; i++)
        {
            int share = (partitions / order.Length) + (i < partitions % order.Length ? 1 : 0);
            room[order[i]] = Math.Max(0, share - bound.Count(owner => owner == order[i]));
        }

        foreach (GroupMember member in order)
        {
            foreach (int partition in owned[member].Where(partition => owners[partition] is null).Take(room[member]).ToArray())
            {
                owners[partition] = member;
                room[member]--;
            }
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
