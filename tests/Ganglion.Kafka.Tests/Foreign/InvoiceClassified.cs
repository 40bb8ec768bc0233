using System.Text.Json;

namespace Ganglion.Kafka.Tests.Foreign;

/// <param name="InvoiceId">The invoice.</param>
/// <param name="Label">What it is.</param>
/// <param name="Number">How many invoices the supplier, who is the instance, has sent so far.</param>
public sealed record InvoiceClassified(string InvoiceId, string Label, int Number)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static InvoiceClassified Read(ForeignRecord record) => JsonSerializer.Deserialize<InvoiceClassified>(record.Value, Json)!;
}
