namespace Ganglion.Routes;

/// <summary>Every channel is the topic of its own name.</summary>
internal sealed class DirectRoutes : IRouteTable
{
    public Route Resolve(string channel) => new(channel, channel);
}
