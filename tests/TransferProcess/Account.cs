using Ganglion.Agents;

namespace TransferProcess;

/// <summary>An account, which has a thousand to begin with and is never overdrawn.</summary>
[Agent("account")]
internal sealed class Account : Agent
{
    public const string InsufficientFunds = "insufficient-funds";
    private const int Opening = 1_000;

    [OnRequest("withdraw")]
    public void Withdraw(Posting posting, AgentContext context)
    {
        int balance = BalanceOf(context);
        if (balance < posting.Amount)
        {
            throw new UnprocessableEventException(InsufficientFunds, $"There are {balance}.");
        }

        Move(posting, balance, -posting.Amount, context);
    }

    // It is exclusive, so that the balance is the same after the call.
    [OnRequest("deposit"), Exclusive]
    public async Task<int> DepositAsync(Posting posting, AgentContext context)
    {
        int balance = BalanceOf(context);
        int seal = await context.CallAsync<int>(new AgentId(new AgentType("notary"), RegionOf(context)), "seal", posting);
        Move(posting, balance, posting.Amount, context);
        return seal;
    }

    private static int BalanceOf(AgentContext context) => context.GetState<Balance>()?.Amount ?? Opening;

    private static void Move(Posting posting, int balance, int amount, AgentContext context)
    {
        context.SetState(new Balance(balance + amount));
        context.Publish("account.moved", new Movement(posting.Number, context.Self.Key, RegionOf(context), amount, balance + amount));
    }

    private static string RegionOf(AgentContext context) => context.Self.Key[..1];
}
