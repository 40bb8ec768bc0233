using Ganglion.Agents;

namespace TransferProcess;

/// <summary>Seals the deposits of a region, and numbers its seals.</summary>
[Agent("notary")]
internal sealed class Notary : Agent
{
    [OnRequest("seal")]
    public int Seal(Posting posting, AgentContext context)
    {
        int count = context.GetState<int>() + 1;
        context.SetState(count);
        return count;
    }
}
