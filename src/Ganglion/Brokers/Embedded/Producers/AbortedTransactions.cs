using System.Collections.Immutable;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>
/// The transactions that were aborted in a partition. It never changes: whoever reads takes it before the log is read, and is not disturbed
/// by a compaction that removes both.
/// </summary>
internal sealed class AbortedTransactions
{
    public static readonly AbortedTransactions None = new(ImmutableDictionary<long, ImmutableList<AbortedTransaction>>.Empty, count: 0);

    // Of one producer, they follow each other.
    private readonly ImmutableDictionary<long, ImmutableList<AbortedTransaction>> _byProducer;

    private AbortedTransactions(ImmutableDictionary<long, ImmutableList<AbortedTransaction>> byProducer, int count)
    {
        _byProducer = byProducer;
        Count = count;
    }

    public int Count { get; }

    /// <summary>All of them, in the order of their ends.</summary>
    public IEnumerable<AbortedTransaction> All => _byProducer.Values.SelectMany(static list => list).OrderBy(static aborted => aborted.LastOffset);

    /// <summary>These, in the order of their ends.</summary>
    public static AbortedTransactions Of(IEnumerable<AbortedTransaction> transactions) =>
        transactions.Aggregate(None, static (known, aborted) => known.With(aborted));

    /// <summary>These and one that has ended behind all of its producer's.</summary>
    public AbortedTransactions With(AbortedTransaction aborted) =>
        new(_byProducer.SetItem(aborted.ProducerId, _byProducer.GetValueOrDefault(aborted.ProducerId, []).Add(aborted)), Count + 1);

    /// <summary>These without those that have ended before an offset.</summary>
    public AbortedTransactions From(long offset) =>
        _byProducer.Values.Any(list => list[0].LastOffset < offset) ? Of(All.SkipWhile(aborted => aborted.LastOffset < offset)) : this;

    /// <summary>The transaction that a batch is of; null if it is of none of these.</summary>
    public AbortedTransaction? Find(in StoredBatch batch)
    {
        if (Count == 0
            || !RecordBatchHeader.TryRead(batch.Bytes.Span, out RecordBatchHeader header)
            || !header.IsTransactional
            || header.IsControl
            || !_byProducer.TryGetValue(header.ProducerId, out ImmutableList<AbortedTransaction>? list))
        {
            return null;
        }

        int behind = FindBehind(list, header.BaseOffset);
        return behind > 0 && list[behind - 1] is var aborted && header.BaseOffset <= aborted.LastOffset ? aborted : null;
    }

    // The index of the first that begins behind an offset.
    private static int FindBehind(ImmutableList<AbortedTransaction> list, long offset)
    {
        int from = 0;
        int to = list.Count;
        while (from < to)
        {
            int middle = from + ((to - from) / 2);
            (from, to) = list[middle].FirstOffset <= offset ? (middle + 1, to) : (from, middle);
        }

        return from;
    }
}
