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
    /// <exception cref="RefusedException">The time-out is too long, or the producer has been fenced itself.</exception>
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
            Transaction transaction;
            int number;
            lock (_gate)
            {
                transaction = Take(transactionalId, known);
                if (transaction.State != TransactionState.Ongoing)
                {
                    if (!IsAskedAgain(transaction, known))
                    {
                        BeginNextEpoch(transaction);
                        transaction.Previous = claimed;
                    }

                    transaction.Timeout = timeout;
                    given = (transaction.ProducerId, transaction.Epoch);
                    records = [TransactionTopic.Encode(transaction, TransactionState.Empty, broker.Time.GetUtcNow()), .. ForgetUnused().Select(TransactionTopic.EncodeTombstone)];
                    break;
                }

                Fence(transaction);
                number = transaction.Number;
                known = known is null ? null : (transaction.ProducerId, transaction.Epoch);
            }

            // Somebody else may come before this goes on: then it is looked again.
            await EndAsync(transaction, number, commits: false, cancellationToken).ConfigureAwait(false);
        }

        // Whoever is fenced by this is to be fenced in the broker's next life too.
        await broker.Own.AppendInternalAsync(TransactionTopic.Name, records, cancellationToken).ConfigureAwait(false);
        return given;
    }

    private static long NewProducerId() => Random.Shared.NextInt64();

    private Transaction Take(string transactionalId, (long ProducerId, short Epoch)? known)
    {
        ThrowIfNotRestored();
        if (!_transactions.TryGetValue(transactionalId, out Transaction? transaction))
        {
            transaction = new Transaction(transactionalId, NewProducerId(), epoch: -1);
            _transactions.Add(transactionalId, transaction);
            _byProducer.Add(transaction.ProducerId, transaction);
        }
        else if (known is { } claimed && claimed != (transaction.ProducerId, transaction.Epoch) && !IsAskedAgain(transaction, known))
        {
            throw Fenced(transaction);
        }

        if (transaction.State == TransactionState.Ending)
        {
            throw new RefusedException(ErrorCode.ConcurrentTransactions, "Its last transaction is just being ended.");
        }

        transaction.LastUsed = broker.Time.GetTimestamp();
        return transaction;
    }

    // Transactional ids may be new with each start of a process: those that nobody comes back to go.
    private IEnumerable<string> ForgetUnused()
    {
        if (_transactions.Count < _forgetFrom)
        {
            return [];
        }

        Transaction[] unused = [.. _transactions.Values.Where(IsUnused)];
        foreach (Transaction transaction in unused)
        {
            _transactions.Remove(transaction.Id);
            _byProducer.Remove(transaction.ProducerId);
        }

        _forgetFrom = Math.Max(ForgetFrom, _transactions.Count * 2);
        return unused.Select(transaction => transaction.Id);
    }

    private bool IsUnused(Transaction transaction) =>
        transaction.State is not (TransactionState.Ongoing or TransactionState.Ending)
        && broker.Time.GetElapsedTime(transaction.LastUsed) > UnusedAfter;

    // It has not got the answer.
    private static bool IsAskedAgain(Transaction transaction, (long ProducerId, short Epoch)? known) =>
        known is not null && known == transaction.Previous && transaction.State == TransactionState.Empty;

    private static void Fence(Transaction transaction)
    {
        transaction.Previous = null;
        if (transaction.Epoch < short.MaxValue)
        {
            transaction.Epoch++;
        }
    }

    // One epoch is left over to fence with.
    private void BeginNextEpoch(Transaction transaction)
    {
        transaction.State = TransactionState.Empty;
        if (transaction.Epoch < short.MaxValue - 1)
        {
            transaction.Epoch++;
            return;
        }

        _byProducer.Remove(transaction.ProducerId);
        transaction.ProducerId = NewProducerId();
        transaction.Epoch = 0;
        _byProducer.Add(transaction.ProducerId, transaction);
    }
}
