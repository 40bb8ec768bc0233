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
        TransactionalProducer producer;
        int number;
        lock (_gate)
        {
            producer = Find(transactionalId, producerId, epoch);
            number = producer.Number;
            switch (producer.State)
            {
                case TransactionState.Ongoing:
                    break;
                case TransactionState.Committed when commits:
                case TransactionState.Aborted when !commits:
                    return;
                case TransactionState.Ending:
                    throw new RefusedException(ErrorCode.ConcurrentTransactions, "The transaction is just being ended.");
                case TransactionState.AbortedByRestart:
                    throw new RefusedException(ErrorCode.InvalidProducerIdMapping, "The broker was started anew, and has aborted what was open.");
                default:
                    throw new RefusedException(ErrorCode.InvalidTxnState, "No transaction is open.");
            }
        }

        await EndAsync(producer, number, commits, cancellationToken).ConfigureAwait(false);
    }

    // Fences whose it is, too.
    private async ValueTask AbortAllAsync()
    {
        (TransactionalProducer Producer, int Number, short Epoch)[] open;
        lock (_gate)
        {
            open = [.. _byTransactionalId.Values.Where(producer => producer.State == TransactionState.Ongoing)
                .Select(producer => (producer, producer.Number, producer.Epoch))];
        }

        foreach ((TransactionalProducer producer, int number, short epoch) in open)
        {
            await ExpireAsync(producer, number, epoch).ConfigureAwait(false);
        }
    }

    // Whoever comes too late is fenced, so that it does not go on with a transaction of which a part is gone.
    private async Task ExpireAsync(TransactionalProducer producer, int number, short epoch)
    {
        lock (_gate)
        {
            if (producer.State is not (TransactionState.Ongoing or TransactionState.Ending) || producer.Number != number)
            {
                return;
            }

            // Once, however often its end has to be tried.
            if (producer.State == TransactionState.Ongoing && producer.Epoch == epoch)
            {
                Fence(producer);
            }
        }

        try
        {
            await EndAsync(producer, number, commits: false, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is GanglionException or RefusedException)
        {
            // Its end is just being written, or the disk is full.
            lock (_gate)
            {
                if (producer.Number == number)
                {
                    producer.Timer?.Change(PauseAfterFault, Timeout.InfiniteTimeSpan);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The broker is closed: its next life aborts what is open.
        }
    }

    // The producer may end this transaction meanwhile, and open the next one: that is another.
    private async ValueTask EndAsync(TransactionalProducer producer, int number, bool commits, CancellationToken cancellationToken)
    {
        List<RoundBatch> batches;
        OffsetCommit[] offsets;
        ProducerRecord ended;
        int additions;
        lock (_gate)
        {
            additions = producer.Additions;
            long now = broker.Committer.Now;
            ended = TransactionTopic.Encode(
                producer, commits ? TransactionState.Committed : TransactionState.Aborted, DateTimeOffset.FromUnixTimeMilliseconds(now));
            batches = [.. producer.Partitions.Where(partition => !partition.Topic.IsDeleted).Select(partition =>
                ControlBatch.Create(broker.Committer.Memory, partition, producer.ProducerId, producer.Epoch, commits, now))];
            offsets = commits ? [.. producer.Offsets.Where(group => group.Value.Count > 0).Select(group => OffsetCommit.OfClient(
                broker.Coordinator, group.Key, ThrowIfAgentsAreIn, group.Value.Select(entry => KeyValuePair.Create(entry.Key, (OffsetAndMetadata?)entry.Value))))] : [];
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
                producer.State = TransactionState.Ongoing;
            }

            throw;
        }

        void Begin()
        {
            lock (_gate)
            {
                // A partition that was added meanwhile would have no end, and offsets would be lost.
                if (producer.State != TransactionState.Ongoing || producer.Number != number || producer.Additions != additions)
                {
                    throw new RefusedException(ErrorCode.ConcurrentTransactions, "The transaction is just being ended.");
                }

                BeginOffsets();
                producer.State = TransactionState.Ending;
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

        static void ThrowIfAgentsAreIn(ConsumerGroup group)
        {
            if (group.Members.Count > 0)
            {
                throw new RefusedException(ErrorCode.InconsistentGroupProtocol, $"Agents have joined the group '{group.Id}' meanwhile, and commit its offsets themselves.");
            }
        }

        void Complete()
        {
            Array.ForEach(offsets, commit => commit.Complete());
            lock (_gate)
            {
                producer.Complete(commits);
            }
        }
    }
}
