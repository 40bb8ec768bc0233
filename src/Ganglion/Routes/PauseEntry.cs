using System.Text.Json.Serialization;

namespace Ganglion.Routes;

/// <summary>A pause, or its end, as it lies on the log.</summary>
/// <param name="Target">What is paused, as <see cref="PauseTarget.ToString"/> writes it.</param>
internal sealed record PauseEntry(string Target)
{
    /// <summary>Whether what is in hand is cancelled.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CancelsWork { get; init; }

    /// <summary>Who has done it.</summary>
    public string? By { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PauseEntry))]
internal sealed partial class PauseJson : JsonSerializerContext;
