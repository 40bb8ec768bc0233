using Ganglion.Agents;

namespace FaultProcess;

/// <summary>Is called, and counts its seals, for which nothing may come between.</summary>
[Agent("notary")]
internal sealed class Notary : Agent
{
    [OnRequest("seal"), Exclusive]
    public async Task<int> SealAsync(Transfer transfer, AgentContext context)
    {
        Total total = (context.GetState<Total>() ?? new Total(0, 0)).Plus(transfer.Number);
        await context.DelayAsync(TimeSpan.FromMilliseconds(2));
        context.SetState(total);
        return total.Count;
    }
}
