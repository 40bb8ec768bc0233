namespace InvoiceApproval.Invoices;

/// <summary>An invoice has come in. Whoever sends it has to say at least its number and its amount.</summary>
public sealed record InvoiceCreated(
    string InvoiceId,
    decimal Amount,
    string Status = "CREATED",
    string? Supplier = null,
    string? PurchaseOrder = null,
    string? Currency = null,
    string? Description = null)
{
    /// <summary>No invoice is larger than this; more is a slip of the keyboard, or worse.</summary>
    public const decimal MostAmount = 100_000_000;

    private const int LongestId = 64;

    /// <summary>What makes the invoice impossible to handle; <see langword="null"/> if nothing does.</summary>
    public string? Fault() => this switch
    {
        { InvoiceId.Length: 0 or > LongestId } => $"Its invoice_id has {InvoiceId.Length} characters: 1 to {LongestId} are allowed.",
        _ when InvoiceId.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) => "Its invoice_id contains blanks or control characters.",
        { Amount: < 0 } => $"Its amount is negative ({Amount}): send a credit note instead.",
        { Amount: > MostAmount } => $"Its amount is absurd ({Amount}): at most {MostAmount} is allowed.",
        _ => null,
    };
}
