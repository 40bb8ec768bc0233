namespace Ganglion.Routes;

/// <summary>What a route must be like, by itself and beside the others.</summary>
internal static class RouteRules
{
    /// <exception cref="RouteException">It makes no sense (<c>route-invalid</c>); the message has all that is wrong.</exception>
    public static void Check(Route route, Route before, IEnumerable<Route> all)
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

        if (FindCircle(route, others) is { } circle)
        {
            faults.Add($"Events would go round in a circle: {string.Join(" → ", circle)}.");
        }

        if (faults.Count > 0)
        {
            throw new RouteException(RouteException.Invalid, $"The route of '{route.Channel}' cannot be so. " + string.Join(' ', faults));
        }
    }

    // Each topic is the entry of one route at most, so there is one way on.
    private static List<string>? FindCircle(Route route, Route[] others)
    {
        Dictionary<string, string> next = others.ToDictionary(other => other.Entry, other => other.Exit, StringComparer.Ordinal);
        next[route.Entry] = route.Exit;
        List<string> way = [route.Entry];
        while (next.TryGetValue(way[^1], out string? exit))
        {
            way.Add(exit);
            if (exit == route.Entry)
            {
                return way;
            }

            if (way.Count > next.Count + 1)
            {
                break;
            }
        }

        return null;
    }
}
