using Ganglion.Agents;
using InvoiceApproval.Invoices;
using InvoiceApproval.Timeline;

namespace InvoiceApproval.Reviews;

/// <summary>Stands in for the person: approves whatever it is asked, but not what was settled before it came.</summary>
[Agent("auto-reviewer")]
internal sealed class AutoReviewer(LogFollower log, Ledger ledger) : Agent
{
    [On(Channels.ReviewRequired)]
    public async Task ApproveAsync(ReviewRequired request, AgentContext context)
    {
        await log.CaughtUp.WaitAsync(context.CancellationToken);
        if (!ledger.IsSettled(request.InvoiceId))
        {
            context.Publish(Channels.ReviewCompleted, new ReviewCompleted(request.InvoiceId, Label.Approved, "auto-approve"));
        }
    }
}
