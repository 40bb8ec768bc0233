using System.Collections.Concurrent;
using Ganglion.Brokers;

namespace Ganglion.Kafka.Groups;

/// <summary>
/// The members of groups in this process. The cluster refuses commits of a member that it has given up, but not those for a partition that
/// a member had and gave back: that is known here.
/// </summary>
internal sealed class MemberRegistry
{
    private readonly ConcurrentDictionary<KafkaConsumer, bool> _members = new();

    private readonly ConcurrentDictionary<string, bool> _named = new(StringComparer.Ordinal);

    /// <summary>Lets one member of a group have the process's instance id: two with the same would fence each other.</summary>
    /// <returns>Whether it may.</returns>
    public bool TryTakeName(string groupId) => _named.TryAdd(groupId, true);

    /// <summary>The one that had the instance id is a member no more.</summary>
    public void GiveNameBack(string groupId) => _named.TryRemove(groupId, out _);

    public void Add(KafkaConsumer member) => _members[member] = true;

    public void Remove(KafkaConsumer member) => _members.TryRemove(member, out _);

    /// <exception cref="ConsumerGroupException">A metadata text is too long.</exception>
    /// <exception cref="FencedException">The member has left, does not own one of the partitions, or made the commit before it came to own it.</exception>
    public void Check(ConsumerGroupMetadata group, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets)
    {
        foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets)
        {
            offset.ThrowIfInvalid(partition);
        }

        foreach (KafkaConsumer member in _members.Keys)
        {
            if (member.GroupId == group.GroupId && member.Group.MemberId == group.MemberId)
            {
                member.CheckOwnership(offsets.Keys, group.Generation);
                return;
            }
        }

        // To the cluster, one that has an instance id is still there. Who has no id is no member, and may commit for a group that has none.
        if (group.MemberId.Length > 0)
        {
            throw new FencedException("member-fenced", $"The member {group.MemberId} of the group '{group.GroupId}' has left.");
        }
    }
}
