using Ganglion.Brokers;
using Ganglion.Registry;
using Ganglion.Routes;
using Ganglion.Routing;

namespace Ganglion.Oversight;

/// <summary>The consumer groups of the agents that read channels with lanes.</summary>
/// <param name="broker">Knows how far they are.</param>
/// <param name="table">The routes.</param>
/// <param name="agents">The agents that are alive.</param>
/// <param name="subscriptions">What they read beside the channels of their handlers.</param>
internal sealed class LaneReaders(IEventBroker broker, RouteTable table, AgentRegistry agents, SubscriptionRegistry subscriptions)
{
    /// <summary>Finds out who they are and how far they are. All groups of a cluster could be many, and most of them have nothing to do with agents.</summary>
    public async ValueTask<IReadOnlyList<ConsumerGroupDescription>> FindAsync(CancellationToken cancellationToken)
    {
        await subscriptions.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        HashSet<string> read = new(table.LaneTopics.Concat(table.LaneChannels), StringComparer.Ordinal);
        IEnumerable<string> handling = (await agents.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(agent => agent.Handles.Any(read.Contains)).Select(agent => agent.Type.Name);
        IEnumerable<string> subscribed = subscriptions.List()
            .Where(one => one.IsPrefix ? read.Any(topic => topic.StartsWith(one.Topic, StringComparison.Ordinal)) : read.Contains(one.Topic)).Select(one => one.Agent);
        var groups = new List<ConsumerGroupDescription>();
        foreach (string group in handling.Concat(subscribed).Distinct(StringComparer.Ordinal).Except(table.LaneChannels.Select(Router.NameOf), StringComparer.Ordinal))
        {
            if (await broker.Groups.FindAsync(group, cancellationToken).ConfigureAwait(false) is { } found)
            {
                groups.Add(found);
            }
        }

        return groups;
    }
}
