namespace Ganglion.Routes;

/// <summary>
/// Code names channels; this says what they mean. It is the one place where a name is looked up, for publishing and for
/// subscribing alike.
/// </summary>
public interface IRouteTable
{
    /// <summary>Looks a channel up.</summary>
    /// <param name="channel">The channel's name.</param>
    Route Resolve(string channel);
}
