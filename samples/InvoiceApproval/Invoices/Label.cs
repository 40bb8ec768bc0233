namespace InvoiceApproval.Invoices;

/// <summary>What becomes of an invoice.</summary>
public enum Label
{
    Approved,
    Rejected,
}
