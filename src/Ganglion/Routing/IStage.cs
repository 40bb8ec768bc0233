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

    /// <summary>An event that has passed it before, and has waited for a person behind it, goes on: it is to leave as it was to.</summary>
    /// <param name="routed">The event.</param>
    void Recall(RoutedEvent routed)
    {
    }
}
