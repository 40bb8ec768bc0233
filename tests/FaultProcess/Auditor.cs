using Ganglion.Agents;

namespace FaultProcess;

/// <summary>Events that lie in another partition than their instance, state that changes, and timers.</summary>
[Agent("auditor")]
internal sealed class Auditor : Agent
{
    private static readonly string Text = new('x', 1500);

    [On("transfer.done", Key = "region")]
    public void Note(TransferDone done, AgentContext context)
    {
        context.ChangeState<AuditBook, Audited>(new Audited(done.Number, Text));
        int count = context.GetState<AuditBook>()!.Numbers.Count;
        context.Schedule(TimeSpan.FromMilliseconds(5), "audit.due", new Audit(done.Number, done.Region, count));
    }

    [On("audit.due")]
    public void Close(Audit audit, AgentContext context) => context.Publish("audit.closed", audit);
}
