using Ganglion.Agents;

namespace FaultProcess;

/// <summary>Is called, and counts its seals.</summary>
[Agent("notary")]
internal sealed class Notary : Agent
{
    [OnRequest("seal")]
    public int Seal(Transfer transfer, AgentContext context)
    {
        Total total = (context.GetState<Total>() ?? new Total(0, 0)).Plus(transfer.Number);
        context.SetState(total);
        return total.Count;
    }
}
