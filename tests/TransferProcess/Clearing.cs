using Ganglion.Agents;

namespace TransferProcess;

/// <summary>How a transfer is carried out, whoever has asked for it.</summary>
internal static class Clearing
{
    public static async Task<Answer> CarryOutAsync(Transfer transfer, Receipts receipts, AgentContext context)
    {
        Receipt order = await WriteAsync("order");
        try
        {
            await context.CallAsync(IdOf(transfer.From), "withdraw", new Posting(transfer.Number, transfer.Amount * transfer.To.Length));
        }
        catch (RequestFailedException refused) when (refused.Reason == Account.InsufficientFunds)
        {
            return new Answer(transfer.Number, Done: false, [order, await WriteAsync("refusal")]);
        }

        if (transfer.Number % 3 == 0)
        {
            await context.DelayAsync(TimeSpan.FromMilliseconds(transfer.Number % 20));
        }

        Task<Receipt>[] notices = [WriteAsync("notice-to-payer"), WriteAsync("notice-to-payee")];
        await Task.WhenAll(
            [.. notices, .. transfer.To.Select(to => context.CallAsync<int>(IdOf(to), "deposit", new Posting(transfer.Number, transfer.Amount)))]);
        return new Answer(transfer.Number, Done: true, [order, await notices[0], await notices[1], await WriteAsync("confirmation")]);

        Task<Receipt> WriteAsync(string name) => context.RunAsync(name, effect => receipts.AddAsync(name, transfer.Number, effect.IdempotencyKey));
    }

    private static AgentId IdOf(string account) => new(new AgentType("account"), account);
}
