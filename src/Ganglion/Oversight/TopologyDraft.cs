using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Registry;
using Ganglion.Routes;
using Ganglion.Routing;

namespace Ganglion.Oversight;

/// <summary>Puts a <see cref="Topology"/> together.</summary>
/// <param name="table">The routes.</param>
/// <param name="agents">The agents that are alive; routers are among them.</param>
/// <param name="subscriptions">What agents read beside the channels of their handlers.</param>
/// <param name="pauses">What is paused.</param>
/// <param name="topics">The topics that exist.</param>
internal sealed class TopologyDraft(
    RouteTable table,
    IReadOnlyList<AgentMetadata> agents,
    IReadOnlyList<SubscriptionEntry> subscriptions,
    IReadOnlyList<Pause> pauses,
    IReadOnlyList<TopicDescription> topics)
{
    private readonly HashSet<string> _topics = [.. topics.Select(topic => topic.Name)];
    private readonly Dictionary<string, TopologyNode> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<TopologyEdge> _edges = [];

    public Topology Draw(IReadOnlyList<Route> routes)
    {
        foreach (Route route in routes)
        {
            AddRoute(route);
        }

        HashSet<string> routers = [.. routes.Select(route => Router.NameOf(route.Channel))];
        foreach (IGrouping<string, AgentMetadata> agent in agents.GroupBy(agent => agent.Type.Name, StringComparer.Ordinal))
        {
            // Routers are drawn with their routes, and who looks after approvals, for all channels, stands in no way.
            if (!routers.Contains(agent.Key) && !agent.Key.StartsWith("ganglion.", StringComparison.Ordinal))
            {
                AddAgent(agent.Key, agent);
            }
        }

        foreach (TopologyNode topic in _nodes.Values.Where(node => node.Kind == TopologyNodeKind.Topic).ToArray())
        {
            AddDeadLetters(topic);
        }

        return new Topology([.. _nodes.Values], [.. _edges]);
    }

    // A direct route has no stages, so nobody stands between.
    private void AddRoute(Route route)
    {
        string entry = AddTopic(route.Entry);
        if (route.IsDirect)
        {
            return;
        }

        string router = Add(new TopologyNode("router:" + route.Channel, TopologyNodeKind.Router, route.Channel)
        {
            Stages = route.Stages,
            Version = route.Version,
            Hosts = HostsOf(agents.Where(agent => agent.Type.Name == Router.NameOf(route.Channel))),
            IsPaused = IsPaused(Router.NameOf(route.Channel), route.Channel),
        });
        _edges.Add(new TopologyEdge(entry, router));
        _edges.Add(new TopologyEdge(router, AddTopic(route.Exit)));
        foreach ((Stage stage, StageTarget target) in table.TargetsOf(route).Where(one => one.Target.Topic != route.Approved))
        {
            string topic = AddTopic(target.Topic);
            _edges.Add(new TopologyEdge(router, topic) { Label = stage.Name, IsAside = target.IsCopy });
            if (StageKinds.MayHold(stage) && target.Topic.EndsWith(Route.Pending, StringComparison.Ordinal))
            {
                // People let it go on, behind the stage.
                string approved = AddTopic(route.Approved);
                _edges.Add(new TopologyEdge(topic, approved) { Label = "approved" });
                if (!route.EndsApproved)
                {
                    _edges.Add(new TopologyEdge(approved, router));
                }
            }
        }
    }

    // What an agent handles may be the name of a request, which is no topic's.
    private void AddAgent(string name, IEnumerable<AgentMetadata> versions)
    {
        string agent = Add(new TopologyNode("agent:" + name, TopologyNodeKind.Agent, name)
        {
            Hosts = HostsOf(versions),
            IsPaused = IsPaused(name, channel: null),
        });
        IEnumerable<ReadChannel> read =
        [
            .. versions.SelectMany(version => version.Handles).Select(ReadOf),
            .. subscriptions.Where(one => one.Agent == name).SelectMany(one => one.IsPrefix ? PrefixedTopics.ChannelsOf(one.Topic, topics, table) : [ReadOf(one.Topic)]),
        ];
        foreach ((string channel, string topic) in read.SelectMany(channel => channel.Topics.Where(one => !one.IsEarlier), (channel, one) => (channel.Channel, one.Topic)))
        {
            if (_topics.Contains(topic))
            {
                _edges.Add(new TopologyEdge(AddTopic(topic), agent) { Label = topic == channel ? null : channel });
            }
        }
    }

    private ReadChannel ReadOf(string channel) => new(channel, ((IRouteTable)table).ReadOf(channel));

    private void AddDeadLetters(TopologyNode topic)
    {
        string parked = topic.Name + DeadLetterTopic.Suffix;
        if (_topics.Contains(parked))
        {
            _edges.Add(new TopologyEdge(topic.Id, Add(new TopologyNode("topic:" + parked, TopologyNodeKind.DeadLetters, parked))) { IsAside = true });
        }
    }

    private string AddTopic(string topic) => Add(new TopologyNode("topic:" + topic, TopologyNodeKind.Topic, topic));

    private string Add(TopologyNode node)
    {
        _nodes.TryAdd(node.Id, node);
        return node.Id;
    }

    private static int HostsOf(IEnumerable<AgentMetadata> versions) => versions.SelectMany(version => version.Hosts).Distinct(StringComparer.Ordinal).Count();

    private bool IsPaused(string agent, string? channel) => pauses.Any(pause =>
        pause.Target == PauseTarget.Everything
        || (pause.Target.Agent is { } paused && paused == agent)
        || (pause.Target.Channel is { } held && held == channel));
}
