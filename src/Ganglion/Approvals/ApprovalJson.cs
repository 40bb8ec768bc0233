using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ganglion.Approvals;

/// <summary>The JSON of requests, commands, entries and states: it outlives the process, so no option of the host changes it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ApprovalRequest))]
[JsonSerializable(typeof(ApprovalCommand))]
[JsonSerializable(typeof(ApprovalEntry))]
[JsonSerializable(typeof(ApprovalState))]
[JsonSerializable(typeof(ApprovalReply))]
[JsonSerializable(typeof(ApprovalDue))]
[JsonSerializable(typeof(string))]
internal sealed partial class ApprovalJson : JsonSerializerContext
{
    /// <summary>As it goes onto the log: letters of all languages stay readable.</summary>
    public static ApprovalJson Wire => field ??=
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 });
}
