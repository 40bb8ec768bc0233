using Ganglion.Brokers;

namespace Ganglion.Routes;

/// <summary>What a route must be like, by itself and beside the others.</summary>
/// <param name="stages">What is known of stages.</param>
internal sealed class RouteRules(IStageRules? stages)
{
    /// <exception cref="RouteException">It makes no sense (<c>route-invalid</c>); the message has all that is wrong.</exception>
    public async ValueTask CheckAsync(Route route, Route before, IEnumerable<Route> all, CancellationToken cancellationToken)
    {
        Route[] others = [.. all.Where(other => other.Channel != route.Channel)];
        List<string> faults = [.. route.Faults()];
        if (before.Version > 0 && (route.Entry != before.Entry || route.Exit != before.Exit))
        {
            faults.Add($"It leads from '{before.Entry}' to '{before.Exit}', and that stays so: whoever reads it would be lost. Change its stages only.");
        }

        if (route.IsDirect && route.Stages.Count > 0)
        {
            faults.Add($"It ends in '{route.Entry}', where it begins: give it an exit of its own.");
        }

        if (Array.Find(others, other => other.Entry == route.Entry) is { } twice)
        {
            faults.Add($"'{route.Entry}' is the entry of the route of '{twice.Channel}' already: put the stages there.");
        }

        if (route.Stages.Count(stage => stage.Kind == Lanes.Kind) > 1)
        {
            faults.Add("It has more than one stage with lanes: an event can only leave by one of them. Put all lanes into one stage.");
        }

        foreach (Lane lane in (Lanes.Of(route)?.All ?? []).Where(lane => Lanes.TopicOf(route, lane) is var topic && (topic == route.Entry || topic == route.Exit)))
        {
            faults.Add($"The lane '{lane.Name}' is its entry or its exit, '{Lanes.TopicOf(route, lane)}': call the lane otherwise.");
        }

        foreach (string topic in TopicsOf(route).Where(topic => !TopicName.IsValid(topic)))
        {
            faults.Add($"'{topic}' can be no topic of a lane: take 1 to {TopicName.MaxLength} of the characters a-z A-Z 0-9 . _ -.");
        }

        foreach ((Route other, string topic) in others.SelectMany(other => TopicsOf(other).Intersect(TopicsOf(route), StringComparer.Ordinal), (other, topic) => (other, topic)))
        {
            faults.Add($"'{topic}' is a lane of '{other.Channel}' already: call the lane otherwise.");
        }

        if (stages is not null)
        {
            faults.AddRange(await stages.CheckAsync(route, cancellationToken).ConfigureAwait(false));
        }

        if (FindCircle(route, others) is { } circle)
        {
            faults.Add($"Events would go round in a circle: {string.Join(" → ", circle)}.");
        }

        if (faults.Count > 0)
        {
            throw new RouteException(RouteException.Invalid, $"The route of '{route.Channel}' cannot be so. " + string.Join(' ', faults));
        }
    }

    private static IEnumerable<string> TopicsOf(Route route) => (Lanes.Of(route)?.All ?? []).Select(lane => Lanes.TopicOf(route, lane));

    // The shortest way from the entry back to it, by exits and by what stages send elsewhere.
    private List<string>? FindCircle(Route route, Route[] others)
    {
        ILookup<string, string> next = others.Append(route)
            .SelectMany(one => WaysOf(one).Distinct(StringComparer.Ordinal), (one, topic) => (one.Entry, Topic: topic))
            .ToLookup(way => way.Entry, way => way.Topic, StringComparer.Ordinal);
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var ahead = new Queue<string>([route.Entry]);
        while (ahead.TryDequeue(out string? topic))
        {
            foreach (string further in next[topic].Where(further => cameFrom.TryAdd(further, topic)))
            {
                if (further == route.Entry)
                {
                    return WayTo(further, cameFrom);
                }

                ahead.Enqueue(further);
            }
        }

        return null;
    }

    // A direct route lets its events lie where they are.
    private IEnumerable<string> WaysOf(Route route)
    {
        IEnumerable<string> targets = stages?.TargetsOf(route).Select(one => one.Target.Topic) ?? [];
        return route.IsDirect ? targets : targets.Prepend(route.Exit);
    }

    private static List<string> WayTo(string entry, Dictionary<string, string> cameFrom)
    {
        List<string> way = [entry];
        do
        {
            way.Insert(0, cameFrom[way[0]]);
        }
        while (way[0] != entry);
        return way;
    }
}
