using Ganglion.Agents;
using InvoiceApproval.Invoices;

namespace InvoiceApproval.Reviews;

/// <summary>Stands in for the person: approves whatever it is asked.</summary>
[Agent("auto-reviewer")]
public sealed class AutoReviewer : Agent
{
    [On(Channels.ReviewRequired)]
    public void Approve(ReviewRequired request, AgentContext context) =>
        context.Publish(Channels.ReviewCompleted, new ReviewCompleted(request.InvoiceId, Label.Approved, "auto-approve"));
}
