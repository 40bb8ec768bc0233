using Ganglion.Oversight;
using Ganglion.Routes;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>What a change of a route would do.</summary>
/// <param name="Change">What would be changed, in a phrase.</param>
/// <param name="Route">The route as it would be.</param>
/// <param name="Summary">How many events go where, and would go.</param>
/// <param name="Events">Each event, the oldest first.</param>
internal sealed record RehearsalView(string Change, RouteView Route, IReadOnlyList<WayCountView> Summary, IReadOnlyList<RehearsedEventView> Events)
{
    public static RehearsalView Of(RouteChange change, Route before, IReadOnlyList<RehearsedEventView> events)
    {
        IEnumerable<WayCountView> counts =
            from way in events.SelectMany(one => one.Now.Select(way => (way, IsNow: true)).Concat(one.Then.Select(way => (way, IsNow: false))))
            group way.IsNow by (way.way.Topic, way.way.Stage) into ways
            orderby ways.Key.Topic, ways.Key.Stage
            select new WayCountView(ways.Key.Topic, ways.Count(isNow => isNow), ways.Count(isNow => !isNow)) { Stage = ways.Key.Stage };
        return new RehearsalView(change.Describe(before), RouteView.Of(change.Route), [.. counts], events);
    }
}

/// <summary>How many events go to a topic, and would go.</summary>
internal sealed record WayCountView(string Topic, int Now, int Then)
{
    public string? Stage { get; init; }
}

/// <summary>An event, and where it goes and would go.</summary>
internal sealed record RehearsedEventView(int Partition, long Offset, IReadOnlyList<WayView> Now, IReadOnlyList<WayView> Then)
{
    public string? Id { get; init; }

    public string? Type { get; init; }

    public string? Key { get; init; }

    public static RehearsedEventView Of(RehearsedEvent one) =>
        new(one.Position.Partition.Partition, one.Position.Offset, [.. one.Now.Select(WayView.Of)], [.. one.Then.Select(WayView.Of)])
        {
            Id = one.Id,
            Type = one.Type,
            Key = one.Key,
        };
}

/// <summary>A topic to which an event goes.</summary>
internal sealed record WayView(string Topic)
{
    /// <summary>The stage that sends it there; without: it leaves by the exit, or stays where it is.</summary>
    public string? Stage { get; init; }

    /// <summary>Why it is parked there.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether it is another than was published.</summary>
    public bool? IsChanged { get; init; }

    public static WayView Of(RehearsedWay way) => new(way.Topic) { Stage = way.Stage, Fault = way.Fault, IsChanged = way.IsChanged ? true : null };
}
