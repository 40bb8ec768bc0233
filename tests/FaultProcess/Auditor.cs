using Ganglion.Agents;

namespace FaultProcess;

/// <summary>Events that lie in another partition than their instance, state, and timers.</summary>
[Agent("auditor")]
internal sealed class Auditor : Agent
{
    [On("transfer.done", Key = "region")]
    public void Note(TransferDone done, AgentContext context)
    {
        Total total = (context.GetState<Total>() ?? new Total(0, 0)).Plus(done.Number);
        context.SetState(total);
        context.Schedule(TimeSpan.FromMilliseconds(5), "audit.due", new Audit(done.Number, done.Region, total.Count));
    }

    [On("audit.due")]
    public void Close(Audit audit, AgentContext context) => context.Publish("audit.closed", audit);
}
