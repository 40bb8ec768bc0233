using System.Collections.Immutable;

namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>What a partition knows of a producer.</summary>
/// <param name="Epoch">Its newest epoch; what comes with an older one is refused.</param>
/// <param name="Recent">Its newest batches of that epoch, the newest last: one of them that comes again has been taken already.</param>
/// <param name="LastHeard">When it last wrote; milliseconds since the Unix epoch.</param>
internal sealed record ProducerState(short Epoch, ImmutableList<ProducerRange> Recent, long LastHeard)
{
    /// <summary>So many batches a producer may have on its way, on Kafka as here.</summary>
    public const int MaxRecent = 5;

    /// <summary>What a batch would make of it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="baseOffset">Where it would lie.</param>
    /// <param name="now">The time; milliseconds since the Unix epoch.</param>
    /// <returns>The state behind the batch; null if the batch is not to be written, for <see cref="ProducedBatch.Verdict"/> says why.</returns>
    public ProducerState? After(ProducedBatch batch, long baseOffset, long now)
    {
        if (batch.Epoch < Epoch)
        {
            return batch.Refuse(ProducerVerdict.Fenced);
        }

        ImmutableList<ProducerRange> recent = batch.Epoch == Epoch ? Recent : [];
        if (batch.IsControl)
        {
            return new ProducerState(batch.Epoch, recent, now);
        }

        if (recent.Count == 0)
        {
            // It begins anew, or has ended transactions that had nothing here.
            return batch.FirstSequence == 0 ? With(batch, recent, baseOffset, now) : batch.Refuse(ProducerVerdict.OutOfOrder);
        }

        if (recent.FindIndex(range => range.FirstSequence == batch.FirstSequence && range.LastSequence == batch.LastSequence) is >= 0 and var known)
        {
            return batch.RefuseAsDuplicate(recent[known].BaseOffset);
        }

        // What is older than the recent ones may never have been written: clients take a duplicate for a success.
        return batch.FirstSequence == Next(recent[^1].LastSequence) ? With(batch, recent, baseOffset, now) : batch.Refuse(ProducerVerdict.OutOfOrder);
    }

    /// <summary>What a partition knows once it has seen a first batch of a producer.</summary>
    public static ProducerState First(ProducedBatch batch, long baseOffset, long now) =>
        batch.IsControl ? new ProducerState(batch.Epoch, [], now) : With(batch, [], baseOffset, now);

    private static ProducerState With(ProducedBatch batch, ImmutableList<ProducerRange> recent, long baseOffset, long now) => new(
        batch.Epoch,
        (recent.Count < MaxRecent ? recent : recent.RemoveAt(0)).Add(new ProducerRange(batch.FirstSequence, batch.LastSequence, baseOffset)),
        now);

    // Behind the highest number comes 0.
    private static int Next(int sequence) => sequence == int.MaxValue ? 0 : sequence + 1;
}
