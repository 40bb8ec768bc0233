namespace Ganglion.Routes;

/// <summary>A change of a route: who made it, when, why, and at which offsets it took effect.</summary>
/// <param name="Route">The route from then on.</param>
/// <param name="Id">Tells the change from others of the same version, which were refused.</param>
/// <param name="At">When.</param>
public sealed record RouteChange(Route Route, string Id, DateTimeOffset At)
{
    /// <summary>Who has made it.</summary>
    public string? By { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// Where its markers lie in the partitions of the entry: what lies before goes the earlier way, what lies behind this one.
    /// <see langword="null"/> where who made the change has died before it could say so; then they are looked up when they are needed.
    /// </summary>
    public IReadOnlyList<long>? Offsets { get; init; }

    /// <summary>What it has changed, in a phrase such as <c>inserted 'pii' before 'tone'</c>.</summary>
    /// <param name="before">The route as it was before; <see langword="null"/>: the channel had none.</param>
    public string Describe(Route? before) => RouteDifference.Describe(before ?? Route.Direct(Route.Channel), Route);

    /// <summary>Where the partitions ended when the change was begun: the markers lie there or a little behind.</summary>
    internal IReadOnlyList<long> Ends { get; init; } = [];

    /// <summary>The lanes of the route; <see langword="null"/>: it has none.</summary>
    internal Lanes? Lanes { get; init; }

    /// <summary>Where its marker lies. A partition that has come since has none, and all of it is behind.</summary>
    /// <returns>The offset; -1: before all; <see langword="null"/>: not known yet.</returns>
    internal long? MarkerOf(int partition) => partition >= Ends.Count ? -1 : Offsets?[partition];
}
