using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Producing;

/// <summary>A batch of a client on its way into the log, or refused.</summary>
/// <param name="Id">Where it goes.</param>
/// <param name="Error">What its client is told.</param>
/// <param name="Fault">The same in words; null if nothing is wrong.</param>
internal sealed record PendingAppend(TopicPartition Id, ErrorCode Error, string? Fault)
{
    public ErrorCode Error { get; private set; } = Error;

    public string? Fault { get; private set; } = Fault;

    /// <summary>The batch, unless it was refused.</summary>
    public RoundBatch? Batch { get; init; }

    /// <summary>The round that it has joined.</summary>
    public Round? Round { get; init; }

    /// <summary>The offset of its first record; -1 if it was not written.</summary>
    public long BaseOffset { get; private set; } = -1;

    public long StartOffset => Batch?.Partition.EarliestOffset ?? -1;

    /// <summary>Waits until it is known what has become of it.</summary>
    public async ValueTask SettleAsync()
    {
        try
        {
            await Round!.Done.ConfigureAwait(false);
        }
        catch (GanglionException exception)
        {
            (Error, Fault) = (Errors.CodeOf(exception), exception.Message);
            return;
        }

        (Error, BaseOffset) = Batch!.Produced?.Verdict switch
        {
            ProducerVerdict.Fenced => (ErrorCode.InvalidProducerEpoch, -1),
            ProducerVerdict.OutOfOrder => (ErrorCode.OutOfOrderSequenceNumber, -1),
            ProducerVerdict.OutsideTransaction => (ErrorCode.InvalidTxnState, -1),
            ProducerVerdict.Duplicate => (ErrorCode.None, Batch.Produced.DuplicateOffset),
            _ => (ErrorCode.None, Batch.BaseOffset),
        };
    }
}
