using Ganglion.Agents;

namespace TransferProcess;

/// <summary>Looks at every movement a little later, in another partition than the account's.</summary>
[Agent("auditor")]
internal sealed class Auditor : Agent
{
    [On("account.moved", Key = "region")]
    public void Note(Movement movement, AgentContext context)
    {
        int count = context.GetState<int>() + 1;
        context.SetState(count);
        context.Schedule(TimeSpan.FromMilliseconds(5), "audit.due", new Audit(movement, count));
    }

    [On("audit.due")]
    public void Close(Audit audit, AgentContext context) => context.Publish("audit.closed", audit);
}
