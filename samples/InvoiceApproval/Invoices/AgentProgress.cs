namespace InvoiceApproval.Invoices;

/// <summary>The agent has begun with an invoice.</summary>
public sealed record AgentStarted(string InvoiceId);

/// <summary>The model has said what it thinks of an invoice, and whether it is sure enough for the policy.</summary>
public sealed record AnalysisCompleted(string InvoiceId, Label Label, double Confidence, IReadOnlyList<string> Reasons, bool IsSure);
