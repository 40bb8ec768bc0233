namespace InvoiceApproval.Invoices;

/// <summary>The invoice is decided: what the business application waits for.</summary>
public sealed record InvoiceClassified(string InvoiceId, Label Classification, Decider DecidedBy, double? Confidence = null);
