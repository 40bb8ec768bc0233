using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Transactions;

/// <summary>
/// Gives producers their ids, and opens and ends their transactions. The end of a transaction is one commit of the broker: its markers in
/// all partitions and the offsets of groups are written together, or not at all.
/// </summary>
/// <remarks>
/// One lock guards all transactions. Whoever holds the committer's lock may take it, never the other way round; nothing is awaited under
/// it. A batch of a transaction and the transaction's end join the committer under its lock, so that no batch can come behind the end.
/// </remarks>
internal sealed partial class TransactionCoordinator(EmbeddedBroker broker)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Transaction> _transactions = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Transaction> _byProducer = [];

    /// <summary>Checks, at the moment at which its place in the log is decided, that a batch belongs to an open transaction.</summary>
    /// <exception cref="RefusedException">It does not, or its producer is fenced.</exception>
    public void Check(long producerId, short epoch, Partition partition)
    {
        lock (_gate)
        {
            ThrowIfNotRestored();
            if (!_byProducer.TryGetValue(producerId, out Transaction? transaction) || epoch > transaction.Epoch)
            {
                throw new RefusedException(ErrorCode.InvalidProducerIdMapping, "No transactional id has this producer id.");
            }

            if (epoch < transaction.Epoch)
            {
                throw Fenced(transaction);
            }

            if (transaction.State != TransactionState.Ongoing || !transaction.Partitions.Contains(partition))
            {
                throw new RefusedException(ErrorCode.InvalidTxnState, $"{partition.Id} was not added to the transaction.");
            }
        }
    }

    /// <summary>
    /// The partitions for which open transactions are about to commit offsets of a group. Whoever asks for what is committed asks for these
    /// first: what is not among them is committed by then.
    /// </summary>
    public IReadOnlySet<TopicPartition> GetPendingOffsets(string groupId)
    {
        var pending = new HashSet<TopicPartition>();
        lock (_gate)
        {
            foreach (Transaction transaction in _transactions.Values)
            {
                if (transaction.State is TransactionState.Ongoing or TransactionState.Ending
                    && transaction.Offsets.TryGetValue(groupId, out Dictionary<TopicPartition, OffsetAndMetadata>? offsets))
                {
                    pending.UnionWith(offsets.Keys);
                }
            }
        }

        return pending;
    }

    /// <summary>All transactional ids, in their order.</summary>
    public IReadOnlyList<TransactionDescription> List()
    {
        lock (_gate)
        {
            return [.. _transactions.Values.OrderBy(transaction => transaction.Id, StringComparer.Ordinal).Select(Describe)];
        }
    }

    private TransactionDescription Describe(Transaction transaction) => new(
        transaction.Id,
        transaction.ProducerId,
        transaction.Epoch,
        TransactionDescription.NameOf(transaction.State),
        transaction.Timeout,
        transaction.State is TransactionState.Ongoing or TransactionState.Ending ? broker.Time.GetElapsedTime(transaction.LastUsed) : null,
        [.. transaction.Partitions.Select(partition => partition.Id)]);

    private Transaction Find(string transactionalId, long producerId, short epoch)
    {
        ThrowIfNoId(transactionalId);
        ThrowIfNotRestored();
        if (!_transactions.TryGetValue(transactionalId, out Transaction? transaction) || transaction.ProducerId != producerId)
        {
            throw new RefusedException(ErrorCode.InvalidProducerIdMapping, $"The transactional id '{transactionalId}' has another producer id.");
        }

        return transaction.Epoch == epoch ? transaction : throw Fenced(transaction);
    }

    private static void ThrowIfNoId(string transactionalId)
    {
        if (transactionalId.Length == 0)
        {
            throw new RefusedException(ErrorCode.InvalidRequest, "A transactional id has at least one character.");
        }
    }

    private static RefusedException Fenced(Transaction transaction) => new(
        ErrorCode.ProducerFenced, $"A newer producer with the transactional id '{transaction.Id}' has taken over, or its transaction has taken too long.");
}
