using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Fetching;

/// <summary>A partition that a client reads: from where, and what was found there.</summary>
/// <param name="number">The number of the partition.</param>
/// <param name="offset">The first offset to read.</param>
/// <param name="maxBytes">The most bytes to read of it, except that one batch is read whole.</param>
/// <param name="epoch">The epoch of the leader that the client knows; -1: none.</param>
internal sealed class FetchedPartition(int number, long offset, int maxBytes, int epoch = -1)
{
    public int Number { get; } = number;

    public ErrorCode Error { get; private set; }

    public long HighWatermark { get; private set; } = -1;

    public long LastStableOffset { get; private set; } = -1;

    public long StartOffset { get; private set; } = -1;

    /// <summary>The aborted transactions that have records among the batches.</summary>
    public IReadOnlyList<AbortedTransaction> Aborted { get; private set; } = [];

    public IReadOnlyList<ReadOnlyMemory<byte>> Batches { get; private set; } = [];

    public int Bytes { get; private set; }

    public static FetchedPartition Read(WireReader reader, short version)
    {
        int number = reader.ReadInt32();
        int epoch = version >= 9 ? reader.ReadInt32() : -1;

        long offset = reader.ReadInt64();
        if (version >= 12)
        {
            reader.ReadInt32(); // The epoch of the last record that a replica has; none asks.
        }

        if (version >= 5)
        {
            reader.ReadInt64(); // Where the log of a replica begins.
        }

        int maxBytes = reader.ReadInt32();
        reader.SkipTags();
        return new FetchedPartition(number, offset, maxBytes, epoch);
    }

    /// <summary>Reads what there is now.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="readsCommitted">Whether open transactions are not to be read.</param>
    /// <param name="bytesLeft">How many bytes the answer may still take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask ReadAsync(Partition partition, bool readsCommitted, int bytesLeft, CancellationToken cancellationToken)
    {
        try
        {
            partition.Topic.ThrowIfDeleted();
            if (ListenerContext.CheckEpoch(epoch) is not ErrorCode.None and var error)
            {
                Fail(error);
                return;
            }

            LastStableOffset = partition.LastStableOffset;
            HighWatermark = partition.HighWatermark;
            StartOffset = partition.EarliestOffset;
            if (offset < StartOffset || offset > HighWatermark)
            {
                Error = ErrorCode.OffsetOutOfRange;
                return;
            }

            AbortedTransactions aborted = partition.Aborted;
            long end = readsCommitted ? LastStableOffset : HighWatermark;
            var batches = new List<StoredBatch>();
            if (offset < end && bytesLeft > 0)
            {
                await partition.Log.ReadAsync(offset, Math.Min(Math.Max(maxBytes, 1), bytesLeft), batches, cancellationToken).ConfigureAwait(false);
            }

            batches.RemoveAll(batch => batch.BaseOffset >= end);
            Batches = batches.Count == 0 && offset < end && bytesLeft > 0
                ? [EmptyBatch.Create(offset, end)] // Compaction has left nothing up to the end: a client would ask for it for ever.
                : batches.ConvertAll(batch => batch.Bytes);
            Bytes = Batches.Sum(batch => batch.Length);
            Aborted = readsCommitted && aborted.Count > 0 ? FindAborted(aborted, batches) : [];
        }
        catch (GanglionException exception)
        {
            Fail(Errors.CodeOf(exception));
        }
    }

    // Only those whose batches are read: the end of another may have gone by compaction, and the client would wait for it.
    private static List<AbortedTransaction> FindAborted(AbortedTransactions aborted, List<StoredBatch> batches) =>
        [.. batches.Select(batch => aborted.Find(batch)).OfType<AbortedTransaction>().Distinct()];

    /// <summary>It cannot be read.</summary>
    public void Fail(ErrorCode error) => Error = error;
}
