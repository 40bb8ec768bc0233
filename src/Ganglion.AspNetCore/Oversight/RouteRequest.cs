namespace Ganglion.AspNetCore.Oversight;

/// <summary>A route as it is to be.</summary>
/// <param name="Entry">The topic that is published to.</param>
/// <param name="Exit">The topic that is read.</param>
/// <param name="Stages">What its events pass.</param>
/// <param name="Version">The version that was looked at; 0: the channel had no route.</param>
internal sealed record RouteRequest(string Entry, string Exit, IReadOnlyList<StageView?> Stages, int Version)
{
    public string? By { get; init; }

    public string? Reason { get; init; }
}

/// <summary>A stage that is to come, or to take the place of another.</summary>
internal sealed record StageRequest(StageView Stage)
{
    /// <summary>Before which stage; neither this nor <see cref="After"/>: behind the last.</summary>
    public string? Before { get; init; }

    /// <summary>Behind which stage.</summary>
    public string? After { get; init; }

    /// <summary>The version that was looked at; without it, the change is made to whatever the route is.</summary>
    public int? Version { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }
}
