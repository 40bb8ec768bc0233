namespace InvoiceApproval.Invoices;

/// <summary>An invoice has come in that was there before: it is not classified again.</summary>
public sealed record InvoiceDuplicate(string InvoiceId, string Reason);
