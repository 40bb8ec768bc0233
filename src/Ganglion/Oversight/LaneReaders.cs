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
        ILookup<string, SubscriptionEntry> subscribed = subscriptions.List()
            .Where(one => one.IsPrefix ? read.Any(topic => topic.StartsWith(one.Topic, StringComparison.Ordinal)) : read.Contains(one.Topic))
            .ToLookup(one => one.Agent, StringComparer.Ordinal);
        var groups = new List<ConsumerGroupDescription>();
        foreach (string group in handling.Concat(subscribed.Select(one => one.Key)).Distinct(StringComparer.Ordinal)
            .Except(table.LaneChannels.Select(Router.NameOf), StringComparer.Ordinal))
        {
            if (await broker.Groups.FindAsync(group, cancellationToken).ConfigureAwait(false) is { } found)
            {
                groups.Add(await WithUntouchedAsync(found, subscribed[group], cancellationToken).ConfigureAwait(false));
            }
        }

        return groups;
    }

    // Of a partition in which nothing was handled yet, everything waits that is for the agent.
    private async ValueTask<ConsumerGroupDescription> WithUntouchedAsync(
        ConsumerGroupDescription group, IEnumerable<SubscriptionEntry> subscribed, CancellationToken cancellationToken)
    {
        var offsets = new List<ConsumerGroupOffset>(group.Offsets);
        HashSet<TopicPartition> touched = [.. group.Offsets.Select(offset => offset.Partition)];
        foreach (string topic in table.LaneTopics.Where(topic => group.Members.Any(member => member.Assignment.Any(partition => partition.Topic == topic))))
        {
            IReadOnlyList<long>[] starts = [.. subscribed.Select(one => one.Starts.GetValueOrDefault(topic)).OfType<IReadOnlyList<long>>()];
            TopicDescription? found = await broker.Topics.FindAsync(topic, cancellationToken).ConfigureAwait(false);
            foreach (PartitionDescription one in (found?.Partitions ?? []).Where(one => touched.Add(new TopicPartition(topic, one.Partition))))
            {
                long start = starts.Where(start => one.Partition < start.Count).Select(start => start[one.Partition]).DefaultIfEmpty().Min();
                offsets.Add(new ConsumerGroupOffset(
                    new TopicPartition(topic, one.Partition), new OffsetAndMetadata(Math.Max(start, one.EarliestOffset)), one.LatestOffset));
            }
        }

        return group with { Offsets = offsets };
    }
}
