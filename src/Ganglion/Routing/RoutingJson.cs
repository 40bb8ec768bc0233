using System.Text.Json;
using System.Text.Json.Serialization;
using Ganglion.Guards;

namespace Ganglion.Routing;

/// <summary>That two versions of a guard have judged an event differently.</summary>
/// <param name="Channel">The channel of the route.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Topic">Where the event lies: the topic,</param>
/// <param name="Partition">the partition,</param>
/// <param name="Offset">and the offset.</param>
/// <param name="Guard">What counted.</param>
/// <param name="Shadow">What the other has said, which changed nothing.</param>
internal sealed record GuardDifference(string Channel, string Stage, string Topic, int Partition, long Offset, JudgedBy Guard, JudgedBy Shadow);

/// <summary>What a guard has said of an event.</summary>
/// <param name="Name">The guard.</param>
/// <param name="Version">Its version.</param>
/// <param name="Verdict"><c>pass</c>, <c>change</c>, <c>escalate</c>, <c>block</c>, or <c>failed</c>.</param>
internal sealed record JudgedBy(string Name, string Version, string Verdict)
{
    public string? Reason { get; init; }

    public double? Score { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(GuardDifference))]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class RoutingJson : JsonSerializerContext;
