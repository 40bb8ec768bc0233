using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Brokers.Listener.Groups.Modern;

internal sealed partial class ModernGroup
{
    /// <summary>How partitions are shared out.</summary>
    public IAssignor Assignor => Assignors.Choose(_members.Values.Select(member => member.Assignor));

    /// <summary>The names of the topics that a member subscribes to, of what there is.</summary>
    public IReadOnlyCollection<string> TopicsOf(ModernMember member) => [.. Find(member).Select(topic => topic.Name).Order(StringComparer.Ordinal)];

    public void OnTopicChanged(Topic topic)
    {
        if (_members.Values.Any(member => member.Subscribes(topic.Name)))
        {
            Rebalance();
        }
    }

    /// <summary>Decides anew who is meant to have what. Needed when members, what they subscribe to, or topics have changed.</summary>
    private void Rebalance()
    {
        Epoch++;
        if (IsEmpty)
        {
            return;
        }

        var topics = new Dictionary<Guid, int>();
        var subscribers = new List<Subscriber>(_members.Count);
        foreach (ModernMember member in _members.Values)
        {
            var subscribed = new HashSet<Guid>();
            foreach (Topic topic in Find(member))
            {
                topics[topic.Id] = topic.Partitions.Length;
                subscribed.Add(topic.Id);
            }

            subscribers.Add(new Subscriber(member.Id, member.InstanceId, subscribed, member.Target));
        }

        foreach ((string memberId, HashSet<TopicIdPartition> target) in Assignor.Assign(subscribers, topics))
        {
            _members[memberId].Target = target;
        }
    }

    // Nobody means the broker's own topics by an expression, which change with each commit of the reader.
    private IEnumerable<Topic> Find(ModernMember member)
    {
        IEnumerable<Topic> named = member.Topics.Select(_topics.Find).OfType<Topic>();
        return member.Pattern is null
            ? named
            : named.UnionBy(_topics.All.Where(topic => !topic.IsBrokersOwn && member.Pattern.Matches(topic.Name)), topic => topic.Id);
    }
}
