namespace InvoiceApproval.Invoices;

/// <summary>The agent has begun with an invoice.</summary>
public sealed record AgentStarted(string InvoiceId);

/// <summary>The model has said what it thinks of an invoice.</summary>
public sealed record AnalysisCompleted(string InvoiceId, Label Label, double Confidence, IReadOnlyList<string> Reasons);
