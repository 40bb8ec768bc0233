using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Transactions;

// What belongs to a transaction.
internal sealed partial class TransactionCoordinator
{
    /// <summary>Lets a transaction write to partitions; opens it if it is not open.</summary>
    /// <exception cref="RefusedException">The producer is fenced, or its last transaction has not ended yet.</exception>
    public void AddPartitions(string transactionalId, long producerId, short epoch, IEnumerable<Partition> partitions)
    {
        lock (_gate)
        {
            Open(transactionalId, producerId, epoch).Partitions.UnionWith(partitions);
        }
    }

    /// <summary>Lets a transaction commit offsets of a group; opens it if it is not open.</summary>
    /// <exception cref="RefusedException">The producer is fenced, or its last transaction has not ended yet.</exception>
    public void AddGroup(string transactionalId, long producerId, short epoch, string groupId)
    {
        lock (_gate)
        {
            Open(transactionalId, producerId, epoch).Offsets.TryAdd(groupId, []);
        }
    }

    /// <summary>
    /// Takes offsets that are committed with a transaction. They are in memory only: that there are some is written down, so that the broker's next
    /// life does not confirm the end of a transaction that has lost them.
    /// </summary>
    /// <exception cref="RefusedException">The producer is fenced, or the group was not added to the transaction.</exception>
    public async ValueTask AddOffsetsAsync(
        string transactionalId,
        long producerId,
        short epoch,
        string groupId,
        IEnumerable<KeyValuePair<TopicPartition, OffsetAndMetadata>> offsets,
        CancellationToken cancellationToken)
    {
        TransactionalProducer producer;
        ProducerRecord opened;
        int number;
        lock (_gate)
        {
            producer = Find(transactionalId, producerId, epoch);
            if (producer.State != TransactionState.Ongoing || !producer.Offsets.TryGetValue(groupId, out Dictionary<TopicPartition, OffsetAndMetadata>? taken))
            {
                throw new RefusedException(ErrorCode.InvalidTxnState, $"Group '{groupId}' was not added to the transaction.");
            }

            foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets)
            {
                taken[partition] = offset;
            }

            producer.Additions++;

            if (producer.IsRecorded)
            {
                return;
            }

            number = producer.Number;
            opened = TransactionTopic.Encode(producer, TransactionState.Ongoing, broker.Time.GetUtcNow());
        }

        await broker.Own.AppendInternalAsync(TransactionTopic.Name, [opened], cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            producer.IsRecorded = producer.Number == number && producer.State == TransactionState.Ongoing;
        }
    }

    private TransactionalProducer Open(string transactionalId, long producerId, short epoch)
    {
        TransactionalProducer producer = Find(transactionalId, producerId, epoch);
        switch (producer.State)
        {
            case TransactionState.Ending:
                throw new RefusedException(ErrorCode.ConcurrentTransactions, "The last transaction is just being ended.");
            case TransactionState.AbortedByRestart:
                // It may believe that one is open still, of which a part is gone.
                throw new RefusedException(ErrorCode.InvalidProducerIdMapping, "The broker was started anew, and has aborted what was open.");
        }

        if (producer.State != TransactionState.Ongoing)
        {
            producer.State = TransactionState.Ongoing;
            int number = ++producer.Number;
            producer.LastUsed = broker.Time.GetTimestamp();
            producer.Timer = broker.Time.CreateTimer(
                _ => _ = ExpireAsync(producer, number, epoch), null, producer.Timeout, Timeout.InfiniteTimeSpan);
        }

        producer.Additions++;
        return producer;
    }
}
