namespace Ganglion.Routes;

/// <summary>The changes of one channel's route, in their order. Immutable.</summary>
internal sealed class RouteHistory
{
    public static RouteHistory Empty { get; } = new([]);

    private RouteHistory(IReadOnlyList<RouteChange> changes) => Changes = changes;

    public IReadOnlyList<RouteChange> Changes { get; }

    /// <summary>The route as it is now.</summary>
    public RouteChange? Newest => Changes.Count == 0 ? null : Changes[^1];

    public RouteChange? Find(string id) => Changes.FirstOrDefault(change => change.Id == id);

    /// <summary>The history with one more change; of two that were made of the same version, the first counts.</summary>
    public RouteHistory With(RouteChange change) => change.Route.Version > (Newest?.Route.Version ?? 0) ? new([.. Changes, change]) : this;

    /// <summary>The history with what is known of where a change took effect.</summary>
    public RouteHistory WithOffsets(string id, IReadOnlyList<long> offsets) =>
        new([.. Changes.Select(change => change.Id == id && change.Offsets is null && offsets.Count == change.Ends.Count ? change with { Offsets = offsets } : change)]);

    /// <summary>The change behind whose marker an offset of the entry lies; <see langword="null"/>: it lies before all.</summary>
    public RouteChange? At(int partition, long offset)
    {
        for (int i = Changes.Count - 1; i >= 0; i--)
        {
            if (Changes[i].MarkerOf(partition) < offset)
            {
                return Changes[i];
            }
        }

        return null;
    }

    /// <summary>The lanes that the route has or has had, each as it was last.</summary>
    public IEnumerable<(Route Route, Lane Lane)> Lanes() => Changes.Reverse()
        .SelectMany(change => change.Lanes?.All ?? [], (change, lane) => (change.Route, Lane: lane))
        .DistinctBy(one => one.Lane.Name, StringComparer.Ordinal);
}
