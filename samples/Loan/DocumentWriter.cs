using Ganglion.Agents;

namespace Loan;

/// <summary>Writes the document of every loan that is requested.</summary>
[Agent("document-writer")]
public sealed class DocumentWriter(Outbox outbox) : Agent
{
    [On(Channels.Requested, Key = "loan_id")]
    public async Task WriteAsync(LoanRequest loan, AgentContext context)
    {
        string text = $"Loan {loan.LoanId}: {loan.Applicant} borrows {loan.Amount}.\n\nSigned: ________";
        string document = await context.RunAsync(
            "write", effect => outbox.PutAsync("documents", effect.IdempotencyKey, text, effect.CancellationToken));
        context.Publish(Channels.DocumentGenerated, new DocumentGenerated(loan.LoanId, document));
    }
}
