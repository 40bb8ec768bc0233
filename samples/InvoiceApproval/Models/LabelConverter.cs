using System.Text.Json;
using System.Text.Json.Serialization;
using InvoiceApproval.Invoices;

namespace InvoiceApproval.Models;

/// <summary>Labels are names in upper case, never numbers.</summary>
internal sealed class LabelConverter() : JsonStringEnumConverter<Label>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false);
