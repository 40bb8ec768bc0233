using Ganglion.Agents;

namespace TransferProcess;

/// <summary>
/// Carries out what it is asked to, one instance for each transfer: who asks again gets the same answer, and waits for it while the
/// transfer is under way.
/// </summary>
[Agent("desk")]
internal sealed class Desk(Receipts receipts) : Agent
{
    [OnRequest("transfer"), Exclusive]
    public async Task<Answer> TransferAsync(Transfer transfer, AgentContext context)
    {
        Answer? answer = context.GetState<Answer>();
        if (answer is null)
        {
            answer = await Clearing.CarryOutAsync(transfer, receipts, context);
            context.SetState(answer);
        }

        return answer;
    }
}
