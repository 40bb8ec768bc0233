using System.Text.Json;
using Ganglion.Models;
using InvoiceApproval.Invoices;

namespace InvoiceApproval.Models;

/// <summary>
/// Rules and a score: each rule that applies adds its risk, and confidence is what is left. The same invoice always gets the same
/// answer.
/// </summary>
internal static class InvoiceRules
{
    private const double Best = 0.99;

    private static readonly string[] Pressure = ["urgent", "immediately", "today", "new bank account", "gift card", "confidential"];
    private static readonly decimal[] Limits = [1_000, 5_000, 10_000, 50_000];

    private static readonly (string Reason, double Risk, Func<InvoiceCreated, bool> Applies)[] Rules =
    [
        ("the amount is above 50,000", 0.45, invoice => invoice.Amount > 50_000),
        ("the amount is above 10,000", 0.25, invoice => invoice.Amount is > 10_000 and <= 50_000),
        ("nothing is owed", 0.25, invoice => invoice.Amount == 0),
        ("there is no purchase order", 0.15, invoice => invoice.PurchaseOrder is null && invoice.Amount > 500),
        ("the supplier is not named", 0.10, invoice => invoice.Supplier is null && invoice.Amount > 500),
        ("the amount lies just below a limit", 0.10, invoice => Limits.Any(limit => invoice.Amount < limit && invoice.Amount >= limit * 0.97m)),
        ("the amount is a round sum", 0.05, invoice => invoice.Amount >= 5_000 && invoice.Amount % 1_000 == 0),
        ("it is in a foreign currency", 0.10, invoice => invoice.Currency is not (null or "EUR")),
        ("its status is unknown", 0.25, invoice => invoice.Status is not ("CREATED" or "PAID" or "CANCELLED")),
        ("somebody presses for payment", 0.25, invoice => Presses(invoice.Description)),
    ];

    /// <summary>Puts them behind the interface of every language model: take another in its place, and nothing else changes.</summary>
    public static ScriptedChatClient CreateModel() => new("invoice-rules-1", [new(Answer)]);

    public static Classification Judge(InvoiceCreated invoice)
    {
        if (invoice.Status is "PAID" or "CANCELLED")
        {
            return new Classification(Label.Rejected, Best, [$"it is {invoice.Status.ToLowerInvariant()} already"]);
        }

        (string Reason, double Risk, Func<InvoiceCreated, bool> Applies)[] against = [.. Rules.Where(rule => rule.Applies(invoice))];
        double risk = against.Sum(rule => rule.Risk);
        string[] reasons = [.. against.Select(rule => rule.Reason)];

        // Suspicion alone is never enough to reject with certainty: a person looks at what is risky.
        return risk < 0.5
            ? new Classification(Label.Approved, Math.Round(Best - risk, 2), reasons)
            : new Classification(Label.Rejected, Math.Round(Math.Min(risk, 0.75), 2), reasons);
    }

    private static string Answer(ScriptedPrompt prompt)
    {
        InvoiceCreated invoice = JsonSerializer.Deserialize(prompt.Question, ModelJson.Default.InvoiceCreated)!;
        return JsonSerializer.Serialize(Judge(invoice), ModelJson.Default.Classification);
    }

    private static bool Presses(string? description) =>
        description is not null && Pressure.Any(word => description.Contains(word, StringComparison.OrdinalIgnoreCase));
}
