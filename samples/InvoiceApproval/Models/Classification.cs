using InvoiceApproval.Invoices;

namespace InvoiceApproval.Models;

/// <summary>What a model thinks of an invoice.</summary>
/// <param name="Label">What should become of it.</param>
/// <param name="Confidence">How sure the model is, 0 to 1.</param>
/// <param name="Reasons">What speaks against the invoice; empty if nothing does.</param>
public sealed record Classification(Label Label, double Confidence, IReadOnlyList<string> Reasons);
