using System.Runtime.CompilerServices;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Transactions;

// A broker has one coordinator, as long as it lives: two would give two producers the same id and epoch.
internal sealed partial class TransactionCoordinator
{
    private const int RestoreBytes = 1024 * 1024;

    private static readonly ConditionalWeakTable<EmbeddedBroker, TransactionCoordinator> Coordinators = [];

    private Task? _restored;
    private int _listeners;

    /// <summary>The coordinator of a broker, for all who listen for its clients.</summary>
    public static TransactionCoordinator Of(EmbeddedBroker broker) => Coordinators.GetValue(broker, static owner => new TransactionCoordinator(owner));

    /// <summary>
    /// Learns the transactional ids of an earlier life of the broker, once; but not before what was open then is aborted, for which a full disk
    /// has to have room. Until then producers are told to try again.
    /// </summary>
    public Task RestoreAsync()
    {
        lock (_gate)
        {
            // What could not be read may be readable next time.
            if (_restored is null or { Exception: not null })
            {
                _restored = Task.Run(LearnAsync);
            }

            return _restored;
        }
    }

    /// <summary>Somebody listens for clients.</summary>
    public void Enter() => Interlocked.Increment(ref _listeners);

    /// <summary>Somebody listens no more: if nobody does, what is open is aborted, for nobody could end it.</summary>
    public async ValueTask LeaveAsync()
    {
        if (Interlocked.Decrement(ref _listeners) == 0)
        {
            await AbortAllAsync().ConfigureAwait(false);
        }
    }

    private void ThrowIfNotRestored()
    {
        if (!RestoreAsync().IsCompletedSuccessfully)
        {
            throw new RefusedException(
                ErrorCode.CoordinatorLoadInProgress, "The transactions that were open when the broker ended are not aborted yet. Make room on the disk, if it is full.");
        }
    }

    private async Task LearnAsync()
    {
        IReadOnlySet<long> aborted = await broker.WhenOpenTransactionsAbortedAsync(CancellationToken.None).ConfigureAwait(false);
        Dictionary<string, TransactionalProducer> known = await ReadAsync().ConfigureAwait(false);
        lock (_gate)
        {
            foreach (TransactionalProducer producer in known.Values)
            {
                producer.LastUsed = broker.Time.GetTimestamp();
                _byTransactionalId[producer.Id] = producer;
                _byProducerId[producer.ProducerId] = producer;
                if (aborted.Contains(producer.ProducerId))
                {
                    // The transaction that ended was the one before.
                    producer.State = TransactionState.AbortedByRestart;
                }
            }
        }
    }

    private async Task<Dictionary<string, TransactionalProducer>> ReadAsync()
    {
        var known = new Dictionary<string, TransactionalProducer>(StringComparer.Ordinal);
        if (broker.Catalog.Find(TransactionTopic.Name) is not { } topic)
        {
            return known;
        }

        Partition partition = topic.Partitions[0];
        for (long offset = partition.EarliestOffset; offset < partition.HighWatermark;)
        {
            ConsumedBatch batch;
            try
            {
                batch = await partition.ReadAsync(offset, RestoreBytes, CancellationToken.None).ConfigureAwait(false);
            }
            catch (CorruptLogException damage)
            {
                // An id that is lost is given anew: only whoever should be fenced by it is not.
                offset = damage.NextOffset;
                continue;
            }

            foreach (ConsumedRecord record in batch.Records)
            {
                if (TransactionTopic.TryDecodeTombstone(record.Record) is { } removed)
                {
                    known.Remove(removed);
                }
                else if (TransactionTopic.TryDecode(record.Record) is { } producer && !IsOutdated(producer, known))
                {
                    known[producer.Id] = producer;
                }
            }

            offset = batch.NextOffset;
        }

        return known;
    }

    // What was written at the same time may lie in another order.
    private static bool IsOutdated(TransactionalProducer producer, Dictionary<string, TransactionalProducer> known) =>
        known.TryGetValue(producer.Id, out TransactionalProducer? other) && other.ProducerId == producer.ProducerId && other.Epoch > producer.Epoch;
}
