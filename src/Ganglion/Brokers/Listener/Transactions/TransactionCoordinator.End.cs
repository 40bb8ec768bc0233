using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Transactions;

// How transactions end.
internal sealed partial class TransactionCoordinator
{
    // When an end that could not be written is tried again.
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

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

    /// <summary>Aborts what is open, and fences whose it is: nobody coordinates it any more.</summary>
    public async ValueTask AbortAllAsync()
    {
        (Transaction Transaction, int Number, short Epoch)[] open;
        lock (_gate)
        {
            open = [.. _transactions.Values.Where(transaction => transaction.State == TransactionState.Ongoing)
                .Select(transaction => (transaction, transaction.Number, transaction.Epoch))];
        }

        foreach ((Transaction transaction, int number, short epoch) in open)
        {
            await ExpireAsync(transaction, number, epoch).ConfigureAwait(false);
        }
    }

    // Whoever comes too late is fenced, so that it does not go on with a transaction of which a part is gone.
    private async Task ExpireAsync(Transaction transaction, int number, short epoch)
    {
        lock (_gate)
        {
            if (transaction.State is not (TransactionState.Ongoing or TransactionState.Ending) || transaction.Number != number)
            {
                return;
            }

            // Once, however often its end has to be tried.
            if (transaction.State == TransactionState.Ongoing && transaction.Epoch == epoch)
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
        ProducerRecord ended;
        int partitions;
        lock (_gate)
        {
            partitions = transaction.Partitions.Count;
            long now = broker.Committer.Now;
            ended = TransactionTopic.Encode(
                transaction, commits ? TransactionState.Committed : TransactionState.Aborted, DateTimeOffset.FromUnixTimeMilliseconds(now));
            batches = [.. transaction.Partitions.Where(partition => !partition.Topic.IsDeleted).Select(partition =>
                ControlBatch.Create(broker.Committer.Memory, partition, transaction.ProducerId, transaction.Epoch, commits, now))];
            offsets = commits ? [.. transaction.Offsets.Where(group => group.Value.Count > 0).Select(group => OffsetCommit.OfClient(
                broker.Coordinator, group.Key, check: null, group.Value.Select(entry => KeyValuePair.Create(entry.Key, (OffsetAndMetadata?)entry.Value))))] : [];
        }

        // Whoever has got no answer asks again, maybe the broker's next life.
        batches.AddRange(broker.Own.EncodeInternal(TransactionTopic.Name, [ended]));
        foreach (OffsetCommit commit in offsets)
        {
            batches.AddRange(broker.Own.Encode(commit));
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
                // One that was added meanwhile would have no end.
                if (transaction.State != TransactionState.Ongoing || transaction.Partitions.Count != partitions)
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
