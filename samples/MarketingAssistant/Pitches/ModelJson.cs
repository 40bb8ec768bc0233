using System.Text.Json.Serialization;

namespace MarketingAssistant.Pitches;

/// <summary>What the model is told of a form.</summary>
internal sealed record PitchBrief(string Name, string Company, string Product, int Quantity, string? Message);

/// <summary>What it is to answer.</summary>
internal sealed record PitchText(string Subject, string Text);

/// <summary>How prompts and answers are written and read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PitchBrief))]
[JsonSerializable(typeof(PitchText))]
internal sealed partial class ModelJson : JsonSerializerContext;
