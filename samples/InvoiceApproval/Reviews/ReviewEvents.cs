using InvoiceApproval.Invoices;

namespace InvoiceApproval.Reviews;

/// <summary>A question to a person, with what the person needs to know.</summary>
public sealed record ReviewRequired(
    string InvoiceId, decimal Amount, string? Supplier, string? Description, Label Suggestion, double Confidence, IReadOnlyList<string> Reasons,
    DateTimeOffset Deadline);

/// <summary>A person's answer. Any producer may send it, as bare JSON too.</summary>
public sealed record ReviewCompleted(string InvoiceId, Label ReviewResult, string? Reviewer = null);

/// <summary>Nobody has answered for a while.</summary>
public sealed record ReviewReminder(string InvoiceId, DateTimeOffset Deadline);

/// <summary>Nobody has answered in time: what the policy does now.</summary>
public sealed record ReviewExpired(string InvoiceId, Label Action);

/// <summary>An answer that has no effect, and why.</summary>
public sealed record ReviewIgnored(string InvoiceId, Label ReviewResult, string Reason);
