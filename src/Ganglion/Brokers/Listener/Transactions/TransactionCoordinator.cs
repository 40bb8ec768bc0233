using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Producers;
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
internal sealed class TransactionCoordinator(EmbeddedBroker broker) : IDisposable
{
    /// <summary>The longest time-out of a transaction, as on Kafka.</summary>
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(15);

    // A day; on Kafka it is a week, where the ids cost nothing but disk.
    private static readonly TimeSpan UnusedAfter = TimeSpan.FromDays(1);

    // When an end that could not be written is tried again.
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private const int ForgetFrom = 1000;
    private const int RestoreBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Transaction> _transactions = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Transaction> _byProducer = [];
    private int _forgetFrom = ForgetFrom;

    /// <summary>Gives a producer its id; whoever had it before with the same transactional id is fenced, and its transaction aborted.</summary>
    /// <param name="transactionalId">The transactional id; null for a producer that is only idempotent.</param>
    /// <param name="timeout">After which its transactions are aborted.</param>
    /// <param name="known">The id and the epoch that the producer has already, and wants the next epoch of; null if it has none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">The time-out is too long, or the producer has been fenced itself.</exception>
    public async ValueTask<(long ProducerId, short Epoch)> InitializeAsync(
        string? transactionalId, TimeSpan timeout, (long ProducerId, short Epoch)? known, CancellationToken cancellationToken)
    {
        if (transactionalId is null)
        {
            return known is { Epoch: < short.MaxValue - 1 } producer ? (producer.ProducerId, (short)(producer.Epoch + 1)) : (NewProducerId(), (short)0);
        }

        if (timeout <= TimeSpan.Zero || timeout > MaxTimeout)
        {
            throw new RefusedException(ErrorCode.InvalidTransactionTimeout, $"A transaction's time-out is more than 0 and at most {MaxTimeout}.");
        }

        Transaction transaction = Take(transactionalId, known, out bool isOpen);
        if (isOpen)
        {
            await EndAsync(transaction, commits: false, cancellationToken).ConfigureAwait(false);
        }

        List<ProducerRecord> records;
        (long ProducerId, short Epoch) given;
        lock (_gate)
        {
            BeginNextEpoch(transaction);
            transaction.Timeout = timeout;
            given = (transaction.ProducerId, transaction.Epoch);
            records = [TransactionTopic.Encode(transaction, broker.Time.GetUtcNow()), .. ForgetUnused().Select(TransactionTopic.EncodeTombstone)];
        }

        // Whoever is fenced by this is to be fenced in the broker's next life too.
        await broker.Own.AppendInternalAsync(TransactionTopic.Name, records, cancellationToken).ConfigureAwait(false);
        return given;
    }

    /// <summary>Learns the transactional ids of an earlier life of the broker, whose open transactions it has aborted.</summary>
    public async ValueTask RestoreAsync(CancellationToken cancellationToken)
    {
        if (broker.Catalog.Find(TransactionTopic.Name) is not { } topic)
        {
            return;
        }

        Partition partition = topic.Partitions[0];
        for (long offset = partition.EarliestOffset; offset < partition.HighWatermark;)
        {
            ConsumedBatch batch;
            try
            {
                batch = await partition.ReadAsync(offset, RestoreBytes, cancellationToken).ConfigureAwait(false);
            }
            catch (CorruptLogException damage)
            {
                // An id that is lost is given anew: only whoever should be fenced by it is not.
                offset = damage.NextOffset;
                continue;
            }

            foreach (ConsumedRecord record in batch.Records)
            {
                if (TransactionTopic.TryDecode(record.Record) is { } transaction)
                {
                    _transactions[transaction.Id] = transaction;
                }
            }

            offset = batch.NextOffset;
        }

        foreach (Transaction transaction in _transactions.Values)
        {
            transaction.LastUsed = broker.Time.GetTimestamp();
            _byProducer[transaction.ProducerId] = transaction;
        }
    }

    /// <summary>Lets a transaction write to partitions; opens it if it is not open.</summary>
    /// <exception cref="RefusedException">The producer is fenced, or its last transaction has not ended yet.</exception>
    public void Add(string transactionalId, long producerId, short epoch, IEnumerable<Partition> partitions)
    {
        lock (_gate)
        {
            Open(transactionalId, producerId, epoch).Partitions.UnionWith(partitions);
        }
    }

    /// <summary>Lets a transaction commit offsets of a group; opens it if it is not open.</summary>
    /// <exception cref="RefusedException">The producer is fenced, or its last transaction has not ended yet.</exception>
    public void Add(string transactionalId, long producerId, short epoch, string groupId)
    {
        lock (_gate)
        {
            Open(transactionalId, producerId, epoch).Offsets.TryAdd(groupId, []);
        }
    }

    /// <summary>Takes offsets that are committed with a transaction.</summary>
    /// <exception cref="RefusedException">The producer is fenced, or the group was not added to the transaction.</exception>
    public void Add(
        string transactionalId, long producerId, short epoch, string groupId, IEnumerable<KeyValuePair<TopicPartition, OffsetAndMetadata>> offsets)
    {
        lock (_gate)
        {
            Transaction transaction = Find(transactionalId, producerId, epoch);
            if (transaction.State != TransactionState.Ongoing || !transaction.Offsets.TryGetValue(groupId, out Dictionary<TopicPartition, OffsetAndMetadata>? taken))
            {
                throw new RefusedException(ErrorCode.InvalidTxnState, $"Group '{groupId}' was not added to the transaction.");
            }

            foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets)
            {
                taken[partition] = offset;
            }
        }
    }

    /// <summary>Checks, at the moment at which its place in the log is decided, that a batch belongs to an open transaction.</summary>
    /// <exception cref="RefusedException">It does not, or its producer is fenced.</exception>
    public void Check(long producerId, short epoch, Partition partition)
    {
        lock (_gate)
        {
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

    /// <summary>Ends a transaction. Doing it again does nothing.</summary>
    /// <exception cref="RefusedException">The producer is fenced, or no transaction is open that could be ended so.</exception>
    public async ValueTask EndAsync(string transactionalId, long producerId, short epoch, bool commits, CancellationToken cancellationToken)
    {
        Transaction transaction;
        lock (_gate)
        {
            transaction = Find(transactionalId, producerId, epoch);
            switch (transaction.State)
            {
                case TransactionState.Ongoing:
                    break;
                case TransactionState.Committed when commits:
                case TransactionState.Aborted when !commits:
                    return;
                case TransactionState.Ending:
                    throw new RefusedException(ErrorCode.ConcurrentTransactions, "The transaction is just being ended.");
                case TransactionState.Forgotten:
                    throw new RefusedException(ErrorCode.InvalidProducerIdMapping, "The broker was started anew, and has aborted what was open.");
                default:
                    throw new RefusedException(ErrorCode.InvalidTxnState, "No transaction is open.");
            }
        }

        await EndAsync(transaction, commits, cancellationToken).ConfigureAwait(false);
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

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (Transaction transaction in _transactions.Values)
            {
                transaction.Timer?.Dispose();
            }
        }
    }

    private static long NewProducerId() => Random.Shared.NextInt64();

    // Fences whoever has the transactional id, if its transaction is open.
    private Transaction Take(string transactionalId, (long ProducerId, short Epoch)? known, out bool isOpen)
    {
        lock (_gate)
        {
            if (!_transactions.TryGetValue(transactionalId, out Transaction? transaction))
            {
                transaction = new Transaction(transactionalId, NewProducerId(), epoch: -1);
                _transactions.Add(transactionalId, transaction);
                _byProducer.Add(transaction.ProducerId, transaction);
            }
            else if (known is { } claimed && (claimed.ProducerId != transaction.ProducerId || claimed.Epoch != transaction.Epoch))
            {
                throw Fenced(transaction);
            }

            if (transaction.State == TransactionState.Ending)
            {
                throw new RefusedException(ErrorCode.ConcurrentTransactions, "Its last transaction is just being ended.");
            }

            isOpen = transaction.State == TransactionState.Ongoing;
            if (isOpen)
            {
                transaction.Epoch++;
            }

            transaction.LastUsed = broker.Time.GetTimestamp();
            return transaction;
        }
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

    private Transaction Open(string transactionalId, long producerId, short epoch)
    {
        Transaction transaction = Find(transactionalId, producerId, epoch);
        switch (transaction.State)
        {
            case TransactionState.Ending:
                throw new RefusedException(ErrorCode.ConcurrentTransactions, "The last transaction is just being ended.");
            case TransactionState.Forgotten:
                // It may believe that one is open still, of which a part is gone.
                throw new RefusedException(ErrorCode.InvalidProducerIdMapping, "The broker was started anew, and has aborted what was open.");
        }

        if (transaction.State != TransactionState.Ongoing)
        {
            transaction.State = TransactionState.Ongoing;
            int number = ++transaction.Number;
            transaction.LastUsed = broker.Time.GetTimestamp();
            transaction.Timer = broker.Time.CreateTimer(
                _ => _ = ExpireAsync(transaction, number), null, transaction.Timeout, Timeout.InfiniteTimeSpan);
        }

        return transaction;
    }

    private Transaction Find(string transactionalId, long producerId, short epoch)
    {
        if (!_transactions.TryGetValue(transactionalId, out Transaction? transaction) || transaction.ProducerId != producerId)
        {
            throw new RefusedException(ErrorCode.InvalidProducerIdMapping, $"The transactional id '{transactionalId}' has another producer id.");
        }

        return transaction.Epoch == epoch ? transaction : throw Fenced(transaction);
    }

    private static RefusedException Fenced(Transaction transaction) => new(
        ErrorCode.ProducerFenced, $"A newer producer with the transactional id '{transaction.Id}' has taken over, or its transaction has taken too long.");

    // Whoever comes too late is fenced, so that it does not go on with a transaction of which a part is gone.
    private async Task ExpireAsync(Transaction transaction, int number)
    {
        lock (_gate)
        {
            if (transaction.State is not (TransactionState.Ongoing or TransactionState.Ending) || transaction.Number != number)
            {
                return;
            }

            if (transaction.State == TransactionState.Ongoing)
            {
                transaction.Epoch++;
            }
        }

        try
        {
            await EndAsync(transaction, commits: false, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is GanglionException or RefusedException or ObjectDisposedException)
        {
            // Its end is just being written, the disk is full, or the broker is closed.
            lock (_gate)
            {
                transaction.Timer?.Change(PauseAfterFault, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private async ValueTask EndAsync(Transaction transaction, bool commits, CancellationToken cancellationToken)
    {
        List<RoundBatch> batches;
        OffsetCommit[] offsets;
        lock (_gate)
        {
            long now = broker.Committer.Now;
            batches = [.. transaction.Partitions.Where(partition => !partition.Topic.IsDeleted).Select(partition =>
                ControlBatch.Create(broker.Committer.Memory, partition, transaction.ProducerId, transaction.Epoch, commits, now))];
            offsets = commits ? [.. transaction.Offsets.Where(group => group.Value.Count > 0).Select(group => OffsetCommit.OfClient(
                broker.Coordinator, group.Key, check: null, group.Value.Select(entry => KeyValuePair.Create(entry.Key, (OffsetAndMetadata?)entry.Value))))] : [];
        }

        foreach (OffsetCommit commit in offsets)
        {
            batches.AddRange(broker.Own.Encode(commit));
        }

        if (batches.Count == 0)
        {
            Begin();
            Complete();
            return;
        }

        Round round = await broker.Committer.JoinAsync(batches, Begin, Complete, cancellationToken).ConfigureAwait(false);
        try
        {
            await round.Done.ConfigureAwait(false);
        }
        catch
        {
            Array.ForEach(offsets, commit => commit.Abort());
            lock (_gate)
            {
                transaction.State = TransactionState.Ongoing;
            }

            throw;
        }

        void Begin()
        {
            lock (_gate)
            {
                if (transaction.State != TransactionState.Ongoing)
                {
                    throw new RefusedException(ErrorCode.ConcurrentTransactions, "The transaction is just being ended.");
                }

                BeginOffsets();
                transaction.State = TransactionState.Ending;
            }
        }

        void BeginOffsets()
        {
            try
            {
                Array.ForEach(offsets, commit => commit.Begin());
            }
            catch
            {
                Array.ForEach(offsets, commit => commit.Abort());
                throw;
            }
        }

        void Complete()
        {
            Array.ForEach(offsets, commit => commit.Complete());
            lock (_gate)
            {
                transaction.Complete(commits);
            }
        }
    }
}
