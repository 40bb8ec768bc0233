using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// DescribeTransactions (65), version 0: how the transactions of some transactional ids are doing, and where they write. KIP-664.
/// Deviations: those of <see cref="ListTransactionsApi"/>.
/// </summary>
internal sealed class DescribeTransactionsApi(ListenerContext context) : ImmediateApi(ApiKey.DescribeTransactions, 0, 0, flexibleFrom: 0)
{
    private const int None = -1;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<string> transactionalIds = body.ReadArray(static reader => reader.ReadString());
        body.SkipTags();

        Dictionary<string, TransactionDescription> known = context.Transactions.List().ToDictionary(transaction => transaction.TransactionalId);
        response.WriteInt32(0); // Throttle time.
        response.WriteArray(transactionalIds, (writer, id) => Write(writer, id, known.GetValueOrDefault(id)));
        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private void Write(WireWriter writer, string transactionalId, TransactionDescription? transaction)
    {
        writer.WriteError(transaction is null ? ErrorCode.TransactionalIdNotFound : ErrorCode.None);
        writer.WriteString(transactionalId);
        writer.WriteString(transaction?.State ?? "");
        writer.WriteInt32((int)(transaction?.Timeout.TotalMilliseconds ?? None));
        writer.WriteInt64(transaction?.Duration is { } duration ? (context.Broker.Time.GetUtcNow() - duration).ToUnixTimeMilliseconds() : None);
        writer.WriteInt64(transaction?.ProducerId ?? None);
        writer.WriteInt16(transaction?.Epoch ?? None);
        writer.WriteArray([.. (transaction?.Partitions ?? []).GroupBy(partition => partition.Topic)], static (topics, topic) =>
        {
            topics.WriteString(topic.Key);
            topics.WriteInt32Array([.. topic.Select(partition => partition.Partition).Order()]);
            topics.WriteTags();
        });
        writer.WriteTags();
    }
}
