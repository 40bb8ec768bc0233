using Ganglion.Brokers;

namespace Ganglion.Routes;

// What routes mean to those who publish and read.
public sealed partial class RouteTable
{
    ValueTask IRouteTable.CatchUpAsync(CancellationToken cancellationToken) => CatchUpAsync(cancellationToken);

    string IRouteTable.EntryOf(string channel) => HistoryOf(channel).Newest?.Route.Entry ?? channel;

    // Who has read the channel's topic goes on in the exit and in the lanes.
    IReadOnlyList<ReadTopic> IRouteTable.ReadOf(string channel)
    {
        RouteHistory history = HistoryOf(channel);
        if (history.Newest is not { Route: var route })
        {
            return [new ReadTopic(channel)];
        }

        IEnumerable<ReadTopic> lanes = history.Lanes().Where(one => !one.Lane.IsDedicated)
            .Select(one => new ReadTopic(Lanes.TopicOf(one.Route, one.Lane)) { Lane = one.Lane.Name });
        return route.Entry == channel
            ? [new ReadTopic(route.Entry, Ends: history.Changes[0].Offsets) { IsEarlier = true }, new ReadTopic(route.Exit), .. lanes]
            : [new ReadTopic(route.Exit), .. lanes];
    }

    Lanes? IRouteTable.LanesOf(string channel)
    {
        // What has come by a lane that is gone is still of its tier.
        RouteHistory history = HistoryOf(channel);
        Lanes lanes = history.Newest?.Lanes ?? new Lanes(LaneSchedule.Strict, []);
        Lane[] all = [.. lanes.All, .. history.Lanes().Where(one => lanes.All.All(lane => lane.Name != one.Lane.Name)).Select(one => new Lane(one.Lane.Name))];
        return all.Length == 0 ? null : lanes with { All = all };
    }

    IReadOnlyList<ReadChannel> IRouteTable.ChannelsOf(string topic)
    {
        var channels = new List<ReadChannel>();
        bool isAside = false;
        foreach (RouteHistory history in _routes.Values)
        {
            Route route = history.Newest!.Route;
            if (topic == route.Entry || topic == route.Exit || history.Lanes().Any(one => !one.Lane.IsDedicated && topic == Lanes.TopicOf(one.Route, one.Lane)))
            {
                channels.Add(new ReadChannel(route.Channel, ((IRouteTable)this).ReadOf(route.Channel)));
                if (topic == route.Entry && topic != route.Exit && topic != route.Channel)
                {
                    // Before it became the entry of another channel, it was one by itself.
                    channels.Add(new ReadChannel(topic, [new ReadTopic(topic, Ends: history.Changes[0].Offsets)]));
                }
            }

            isAside |= topic == route.Flagged || topic == route.PendingApproval || topic == route.Approved
                || TargetsOf(route).Any(one => one.Target.Topic == topic && (one.Target.IsCopy || topic.EndsWith(Route.Pending, StringComparison.Ordinal)));
        }

        return channels.Count > 0 ? channels : isAside ? [] : [new ReadChannel(topic, [new ReadTopic(topic)])];
    }

    async ValueTask<bool> IRouteTable.EndsAtAsync(RouteMarker marker, TopicPartitionOffset at, CancellationToken cancellationToken)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return HistoryOf(marker.Channel).Find(marker.Id) is { } change
            && change.Route.Entry == at.Partition.Topic
            && (change.Offsets is null || change.MarkerOf(at.Partition.Partition) == at.Offset);
    }
}
