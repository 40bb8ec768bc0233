using Ganglion.Brokers.Embedded.Records;

namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>What the header of a batch says of its producer, and what became of the batch.</summary>
internal sealed class ProducedBatch(in RecordBatchHeader header)
{
    public long ProducerId { get; } = header.ProducerId;

    public short Epoch { get; } = header.ProducerEpoch;

    public int FirstSequence { get; } = header.BaseSequence;

    /// <summary>The sequence number of its last record; behind the highest comes 0.</summary>
    public int LastSequence { get; } = (int)(((long)header.BaseSequence + header.LastOffset - header.BaseOffset) & int.MaxValue);

    public bool IsTransactional { get; } = header.IsTransactional;

    /// <summary>Whether it ends a transaction, rather than having records.</summary>
    public bool IsControl { get; } = header.IsControl;

    /// <summary>What became of it. Known when its round is done.</summary>
    public ProducerVerdict Verdict { get; private set; }

    /// <summary>Where it lies, if it is a duplicate; otherwise -1.</summary>
    public long DuplicateOffset { get; private set; } = -1;

    /// <summary>It is not written.</summary>
    public ProducerState? Refuse(ProducerVerdict verdict)
    {
        Verdict = verdict;
        return null;
    }

    /// <summary>It is not written, for it lies there already.</summary>
    public ProducerState? RefuseAsDuplicate(long offset)
    {
        DuplicateOffset = offset;
        return Refuse(ProducerVerdict.Duplicate);
    }
}
