using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// ListTransactions (66), versions 0–1: the transactional ids, and how their transactions are doing. KIP-664, KIP-994 (by duration).
/// Deviations: no transaction is ever prepared: its end is one commit, and until then it is ongoing.
/// </summary>
internal sealed class ListTransactionsApi(ListenerContext context) : ImmediateApi(ApiKey.ListTransactions, 0, 1, flexibleFrom: 0)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<string> states = body.ReadArray(static reader => reader.ReadString());
        List<long> producers = body.ReadArray(static reader => reader.ReadInt64());
        long longerThan = request.Version >= 1 ? body.ReadInt64() : -1;
        body.SkipTags();

        List<TransactionDescription> found = [.. context.Transactions.List().Where(transaction =>
            (states.Count == 0 || states.Contains(transaction.State))
            && (producers.Count == 0 || producers.Contains(transaction.ProducerId))
            && (longerThan < 0 || transaction.Duration?.TotalMilliseconds > longerThan))];
        response.WriteInt32(0); // Throttle time.
        response.WriteError(ErrorCode.None);
        response.WriteArray([.. states.Except(TransactionDescription.States)], static (writer, unknown) => writer.WriteString(unknown));
        response.WriteArray(found, static (writer, transaction) =>
        {
            writer.WriteString(transaction.TransactionalId);
            writer.WriteInt64(transaction.ProducerId);
            writer.WriteString(transaction.State);
            writer.WriteTags();
        });
        response.WriteTags();
        return ValueTask.CompletedTask;
    }
}
