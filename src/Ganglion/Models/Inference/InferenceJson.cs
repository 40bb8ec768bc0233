using System.Text.Json.Serialization;

namespace Ganglion.Models.Inference;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelParameters))]
internal sealed partial class InferenceJson : JsonSerializerContext;
