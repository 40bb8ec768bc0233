using Ganglion.Agents;

namespace FaultProcess;

/// <summary>Answers questions.</summary>
[Agent("approver")]
internal sealed class Approver : Agent
{
    [On("approval.asked")]
    public void Approve(Transfer transfer, AgentContext context) => context.Publish("approval.given", new Approval(transfer.Number));
}
