using Ganglion.Agents;

namespace FaultProcess;

/// <summary>Everything that a handler can wait for, state, and an event out.</summary>
[Agent("ledger")]
internal sealed class Ledger(Effects effects) : Agent
{
    [On("transfer.requested")]
    public async Task TransferAsync(Transfer transfer, AgentContext context)
    {
        if (transfer.Number == 0)
        {
            throw new UnprocessableEventException("There is nothing to transfer.");
        }

        string debit = await context.RunAsync("debit", effect => effects.DoAsync("debit", transfer.Number, effect.IdempotencyKey));
        await context.DelayAsync(TimeSpan.FromMilliseconds(5));
        Approval approval = await context.AskAsync<Approval>("approval.asked", transfer, answers: "approval.given");
        int seal = await context.CallAsync<int>(new AgentId(new AgentType("notary"), transfer.Region), "seal", transfer);
        string credit = await context.RunAsync("credit", effect => effects.DoAsync("credit", transfer.Number, effect.IdempotencyKey));

        Total total = (context.GetState<Total>() ?? new Total(0, 0)).Plus(transfer.Number);
        context.SetState(total);
        context.Publish(
            "transfer.done", new TransferDone(approval.Number, transfer.Account, transfer.Region, total.Count, seal, debit, credit));
    }
}
