using Ganglion.Agents;

namespace Loan;

/// <summary>Tells sales of every loan that is requested.</summary>
[Agent("sales-notice")]
public sealed class SalesNotice(Outbox outbox) : Agent
{
    [On(Channels.Requested, Key = "loan_id")]
    public async Task NotifyAsync(LoanRequest loan, AgentContext context)
    {
        string text = $"{loan.Applicant} wants to borrow {loan.Amount}. Call today!";
        string notice = await context.RunAsync(
            "send", effect => outbox.PutAsync("sales", effect.IdempotencyKey, text, effect.CancellationToken));
        context.Publish(Channels.SalesNotified, new SalesNotified(loan.LoanId, notice));
    }
}
