using System.Text.Json.Serialization;

namespace Ganglion.Registry;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HostAnnouncement))]
[JsonSerializable(typeof(SubscriptionEntry))]
internal sealed partial class RegistryJson : JsonSerializerContext;
