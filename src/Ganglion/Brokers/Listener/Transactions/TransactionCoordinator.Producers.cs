using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Transactions;

// Who has which transactional id.
internal sealed partial class TransactionCoordinator
{
    /// <summary>The longest time-out of a transaction, as on Kafka.</summary>
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(15);

    // A day; on Kafka it is a week, where the ids cost nothing but disk.
    private static readonly TimeSpan UnusedAfter = TimeSpan.FromDays(1);

    private const int ForgetFrom = 1000;

    private int _forgetFrom = ForgetFrom;

    /// <summary>Gives a producer its id; whoever had it before with the same transactional id is fenced, and its transaction aborted.</summary>
    /// <param name="transactionalId">The transactional id; null for a producer that is only idempotent.</param>
    /// <param name="timeout">After which its transactions are aborted.</param>
    /// <param name="known">The id and the epoch that a transactional producer has already, and wants the next epoch of; null if it has none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">The id or the time-out is too long, or the producer has been fenced itself.</exception>
    public async ValueTask<(long ProducerId, short Epoch)> InitializeAsync(
        string? transactionalId, TimeSpan timeout, (long ProducerId, short Epoch)? known, CancellationToken cancellationToken)
    {
        if (transactionalId is null)
        {
            // Always a new one, as on Kafka: some clients say that they know id 0 when they have none, and would take each other's records for their own.
            return (NewProducerId(), 0);
        }

        ThrowIfNoId(transactionalId);
        if (timeout <= TimeSpan.Zero || timeout > MaxTimeout)
        {
            throw new RefusedException(ErrorCode.InvalidTransactionTimeout, $"A transaction's time-out is more than 0 and at most {MaxTimeout}.");
        }

        List<ProducerRecord> records;
        (long ProducerId, short Epoch) given;
        (long ProducerId, short Epoch)? claimed = known;
        while (true)
        {
            TransactionalProducer producer;
            int number;
            lock (_gate)
            {
                producer = Take(transactionalId, known);
                if (producer.State != TransactionState.Ongoing)
                {
                    if (!IsAskedAgain(producer, known))
                    {
                        BeginNextEpoch(producer);
                        producer.Previous = claimed;
                    }

                    producer.Timeout = timeout;
                    given = (producer.ProducerId, producer.Epoch);
                    records = [TransactionTopic.Encode(producer, TransactionState.Empty, broker.Time.GetUtcNow()), .. ForgetUnused().Select(TransactionTopic.EncodeTombstone)];
                    break;
                }

                Fence(producer);
                number = producer.Number;
                known = known is null ? null : (producer.ProducerId, producer.Epoch);
            }

            // Somebody else may come before this goes on: then it is looked again.
            await EndAsync(producer, number, commits: false, cancellationToken).ConfigureAwait(false);
        }

        // Whoever is fenced by this is to be fenced in the broker's next life too.
        await broker.Own.AppendInternalAsync(TransactionTopic.Name, records, cancellationToken).ConfigureAwait(false);
        return given;
    }

    private static long NewProducerId() => Random.Shared.NextInt64();

    private TransactionalProducer Take(string transactionalId, (long ProducerId, short Epoch)? known)
    {
        ThrowIfNotRestored();
        if (!_byTransactionalId.TryGetValue(transactionalId, out TransactionalProducer? producer))
        {
            producer = new TransactionalProducer(transactionalId, NewProducerId(), epoch: -1);
            _byTransactionalId.Add(transactionalId, producer);
            _byProducerId.Add(producer.ProducerId, producer);
        }
        else if (known is { } claimed && claimed != (producer.ProducerId, producer.Epoch) && !IsAskedAgain(producer, known))
        {
            throw Fenced(producer);
        }

        if (producer.State == TransactionState.Ending)
        {
            throw new RefusedException(ErrorCode.ConcurrentTransactions, "Its last transaction is just being ended.");
        }

        producer.LastUsed = broker.Time.GetTimestamp();
        return producer;
    }

    // Transactional ids may be new with each start of a process: those that nobody comes back to go.
    private IEnumerable<string> ForgetUnused()
    {
        if (_byTransactionalId.Count < _forgetFrom)
        {
            return [];
        }

        TransactionalProducer[] unused = [.. _byTransactionalId.Values.Where(IsUnused)];
        foreach (TransactionalProducer producer in unused)
        {
            _byTransactionalId.Remove(producer.Id);
            _byProducerId.Remove(producer.ProducerId);
        }

        _forgetFrom = Math.Max(ForgetFrom, _byTransactionalId.Count * 2);
        return unused.Select(producer => producer.Id);
    }

    private bool IsUnused(TransactionalProducer producer) =>
        producer.State is not (TransactionState.Ongoing or TransactionState.Ending)
        && broker.Time.GetElapsedTime(producer.LastUsed) > UnusedAfter;

    // It has not got the answer.
    private static bool IsAskedAgain(TransactionalProducer producer, (long ProducerId, short Epoch)? known) =>
        known is not null && known == producer.Previous && producer.State == TransactionState.Empty;

    private static void Fence(TransactionalProducer producer)
    {
        producer.Previous = null;
        if (producer.Epoch < short.MaxValue)
        {
            producer.Epoch++;
        }
    }

    // One epoch is left over to fence with.
    private void BeginNextEpoch(TransactionalProducer producer)
    {
        producer.State = TransactionState.Empty;
        if (producer.Epoch < short.MaxValue - 1)
        {
            producer.Epoch++;
            return;
        }

        _byProducerId.Remove(producer.ProducerId);
        producer.ProducerId = NewProducerId();
        producer.Epoch = 0;
        _byProducerId.Add(producer.ProducerId, producer);
    }
}
