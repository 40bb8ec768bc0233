namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>What a partition knows of its producers, as far as its log up to an offset says so. The content of <c>producers.json</c>.</summary>
/// <param name="Offset">Batches before it are in here, batches from it on may be.</param>
/// <param name="Producers">The producers.</param>
/// <param name="Open">The transactions that are open.</param>
/// <param name="Aborted">The transactions that were aborted, in the order of their ends.</param>
internal sealed record ProducerSnapshot(
    long Offset,
    IReadOnlyList<ProducerSnapshot.Producer> Producers,
    IReadOnlyList<ProducerSnapshot.OpenTransaction> Open,
    IReadOnlyList<AbortedTransaction> Aborted)
{
    /// <summary>What is known of a log in which nothing is known.</summary>
    public static ProducerSnapshot Empty(long offset) => new(offset, [], [], []);

    /// <summary>A producer, when it was last heard of (milliseconds since the Unix epoch), and its newest batches.</summary>
    internal sealed record Producer(long Id, short Epoch, long LastHeard, IReadOnlyList<ProducerRange> Recent);

    /// <summary>A producer's transaction, and the offset of its first record.</summary>
    internal sealed record OpenTransaction(long ProducerId, long FirstOffset);
}
