using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>A transaction of another client that has written a record to a partition and stays open until it is ended.</summary>
internal sealed class OpenTransaction
{
    private readonly TransactionCoordinator _transactions;
    private readonly string _name;
    private readonly long _producerId;
    private readonly short _epoch;

    private OpenTransaction(TransactionCoordinator transactions, string name, long producerId, short epoch)
    {
        _transactions = transactions;
        _name = name;
        _producerId = producerId;
        _epoch = epoch;
    }

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public static async Task<OpenTransaction> BeginAsync(EmbeddedBroker broker, TopicPartition id, string name = "other")
    {
        Partition partition = broker.Catalog.Get(id);
        TransactionCoordinator transactions = TransactionCoordinator.Of(broker);
        await transactions.RestoreAsync();
        (long producerId, short epoch) = await transactions.InitializeAsync(name, TimeSpan.FromMinutes(15), known: null, Deadline);
        partition.TrackProducers();
        transactions.AddPartitions(name, producerId, epoch, [partition]);
        Memory<byte> bytes = ProducedBatches.Encode(producerId, epoch, sequence: 0, ["open"], isTransactional: true, key: "other");
        RecordBatchHeader.TryRead(bytes.Span, out RecordBatchHeader header);
        Round round = await broker.Committer.JoinAsync([new RoundBatch(partition, bytes, header)], check: null, committed: null, Deadline);
        await round.Done;
        return new OpenTransaction(transactions, name, producerId, epoch);
    }

    public async Task AbortAsync() => await _transactions.EndAsync(_name, _producerId, _epoch, commits: false, Deadline);
}
