using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ganglion.Tools;

/// <summary>The JSON of what lies on the log about calls: it outlives the process, so no option of the host changes it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ToolOutcome))]
[JsonSerializable(typeof(ToolQuestion))]
[JsonSerializable(typeof(ToolCallEntry))]
internal sealed partial class ToolJson : JsonSerializerContext
{
    /// <summary>As it goes onto the log: letters of all languages stay readable.</summary>
    public static ToolJson Wire => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
