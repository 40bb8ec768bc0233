using System.Text;
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
    // As on Kafka, in whose records its length has two bytes.
    private const int MaxIdBytes = short.MaxValue;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TransactionalProducer> _byTransactionalId = new(StringComparer.Ordinal);
    private readonly Dictionary<long, TransactionalProducer> _byProducerId = [];

    /// <summary>Checks, at the moment at which its place in the log is decided, that a batch belongs to an open transaction.</summary>
    /// <exception cref="RefusedException">It does not, or its producer is fenced.</exception>
    public void Check(long producerId, short epoch, Partition partition)
    {
        lock (_gate)
        {
            ThrowIfNotRestored();
            if (!_byProducerId.TryGetValue(producerId, out TransactionalProducer? producer) || epoch > producer.Epoch)
            {
                throw new RefusedException(ErrorCode.InvalidProducerIdMapping, "No transactional id has this producer id.");
            }

            if (epoch < producer.Epoch)
            {
                throw Fenced(producer);
            }

            if (producer.State != TransactionState.Ongoing || !producer.Partitions.Contains(partition))
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
            foreach (TransactionalProducer producer in _byTransactionalId.Values)
            {
                if (producer.State is TransactionState.Ongoing or TransactionState.Ending
                    && producer.Offsets.TryGetValue(groupId, out Dictionary<TopicPartition, OffsetAndMetadata>? offsets))
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
            return [.. _byTransactionalId.Values.OrderBy(producer => producer.Id, StringComparer.Ordinal).Select(Describe)];
        }
    }

    private TransactionDescription Describe(TransactionalProducer producer) => new(
        producer.Id,
        producer.ProducerId,
        producer.Epoch,
        TransactionDescription.NameOf(producer.State),
        producer.Timeout,
        producer.State is TransactionState.Ongoing or TransactionState.Ending ? broker.Time.GetElapsedTime(producer.LastUsed) : null,
        [.. producer.Partitions.Select(partition => partition.Id)]);

    private TransactionalProducer Find(string transactionalId, long producerId, short epoch)
    {
        ThrowIfNoId(transactionalId);
        ThrowIfNotRestored();
        if (!_byTransactionalId.TryGetValue(transactionalId, out TransactionalProducer? producer) || producer.ProducerId != producerId)
        {
            throw new RefusedException(ErrorCode.InvalidProducerIdMapping, $"The transactional id '{transactionalId}' has another producer id.");
        }

        return producer.Epoch == epoch ? producer : throw Fenced(producer);
    }

    private static void ThrowIfNoId(string transactionalId)
    {
        if (transactionalId.Length == 0 || Encoding.UTF8.GetByteCount(transactionalId) > MaxIdBytes)
        {
            throw new RefusedException(ErrorCode.InvalidRequest, $"A transactional id has 1 to {MaxIdBytes} bytes.");
        }
    }

    private static RefusedException Fenced(TransactionalProducer producer) => new(
        ErrorCode.ProducerFenced, $"A newer producer with the transactional id '{producer.Id}' has taken over, or its transaction has taken too long.");
}
