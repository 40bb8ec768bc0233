using Ganglion.Agents;

namespace TransferProcess;

/// <summary>Carries out what lies on a topic. That a transfer which is asked for again is done once is left to the id of its event.</summary>
[Agent("teller")]
internal sealed class Teller(Receipts receipts) : Agent
{
    public const string Answers = "transfer.answered";

    [On("transfer.requested")]
    public async Task TransferAsync(Transfer transfer, AgentContext context) =>
        context.Publish(Answers, await Clearing.CarryOutAsync(transfer, receipts, context));
}
