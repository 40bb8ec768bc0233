using InvoiceApproval.Invoices;

namespace InvoiceApproval;

/// <summary>What the agent remembers of an invoice, for whoever sends it again, or answers when nobody asks any more.</summary>
/// <param name="Conversation">The conversation that the invoice began.</param>
/// <param name="Decision">How it was decided; <see langword="null"/>: a person has been asked.</param>
public sealed record InvoiceState(string Conversation, InvoiceClassified? Decision = null)
{
    public string Explain()
    {
        string done = Decision?.Classification == Label.Approved ? "approved" : "rejected";
        return Decision?.DecidedBy switch
        {
            null => "a person has been asked",
            Decider.Model => $"the model had {done} it, and nobody was asked",
            Decider.Person => $"a person had {done} it already",
            _ => $"the deadline had passed, and the policy had {done} it",
        };
    }
}
