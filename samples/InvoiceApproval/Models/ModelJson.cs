using System.Text.Json.Serialization;
using InvoiceApproval.Invoices;

namespace InvoiceApproval.Models;

/// <summary>How prompts and answers are written and read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(LabelConverter)],
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(InvoiceCreated))]
[JsonSerializable(typeof(Classification))]
internal sealed partial class ModelJson : JsonSerializerContext;
