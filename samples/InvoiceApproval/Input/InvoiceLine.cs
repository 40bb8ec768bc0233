using System.Text;
using System.Text.Json;

namespace InvoiceApproval.Input;

/// <summary>Looks into a line as far as the key of its record needs it.</summary>
internal static class InvoiceLine
{
    /// <returns>The invoice's number, so that its events keep their order; <see langword="null"/> if the line has none.</returns>
    public static ReadOnlyMemory<byte>? KeyOf(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("invoice_id", out JsonElement id)
                && id.ValueKind == JsonValueKind.String
                    ? Encoding.UTF8.GetBytes(id.GetString()!)
                    : default(ReadOnlyMemory<byte>?);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
