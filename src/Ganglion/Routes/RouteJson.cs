using System.Text.Json.Serialization;

namespace Ganglion.Routes;

/// <summary>A change of a route as it lies on the log.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Version">The version of the route from then on.</param>
/// <param name="Entry">The topic that is published to.</param>
/// <param name="Exit">The topic that is read.</param>
/// <param name="Stages">What its events pass.</param>
/// <param name="Ends">Where the partitions of the entry ended when the change was begun.</param>
internal sealed record RouteEntry(
    string Channel, int Version, string Entry, string Exit, IReadOnlyList<Stage> Stages, IReadOnlyList<long> Ends)
{
    public string? By { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Where a change of a route has taken effect.</summary>
/// <param name="Offsets">By partition of the entry.</param>
internal sealed record RouteOffsets(IReadOnlyList<long> Offsets);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RouteEntry))]
[JsonSerializable(typeof(RouteOffsets))]
internal sealed partial class RouteJson : JsonSerializerContext;
