using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>What a stage of a route does. Many events pass it at once.</summary>
internal interface IStage
{
    /// <summary>Lets an event pass.</summary>
    /// <param name="routed">The event.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more.</param>
    /// <returns>Whether it goes on to the next stage; otherwise its way ends here.</returns>
    ValueTask<bool> RunAsync(RoutedEvent routed, CancellationToken cancellationToken);

    /// <summary>Where it may send events, beside the exit.</summary>
    /// <param name="route">The route that it is a stage of.</param>
    IEnumerable<StageTarget> TargetsOf(Route route);
}
