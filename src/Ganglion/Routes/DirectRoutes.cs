using System.Collections.Concurrent;

namespace Ganglion.Routes;

/// <summary>Every channel is the topic of its own name.</summary>
internal sealed class DirectRoutes : IRouteTable
{
    private readonly ConcurrentDictionary<string, Route> _routes = new(StringComparer.Ordinal);

    public Route Find(string channel) => _routes.GetOrAdd(channel, static name => new Route(name, name));
}
