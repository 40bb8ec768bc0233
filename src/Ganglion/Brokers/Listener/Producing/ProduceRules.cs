using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Records.Compression;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;
using Microsoft.Extensions.Logging;

namespace Ganglion.Brokers.Listener.Producing;

/// <summary>Which batches of clients are taken into the log.</summary>
/// <param name="logger">Is told, once for each compression, that it cannot be read.</param>
internal sealed partial class ProduceRules(ILogger logger)
{
    private const short FirstVersionWithZstd = 7;
    private const long NoTime = -1;

    // The compressions of which the log has been told that they cannot be read, a bit for each.
    private int _told;

    /// <summary>Looks at a batch as it has come.</summary>
    /// <param name="topic">Where it is to go.</param>
    /// <param name="records">What has come for a partition; null if nothing has.</param>
    /// <param name="version">The version of Produce by which it has come.</param>
    /// <param name="header">What its header says, if it has one.</param>
    /// <param name="maxTimestamp">The newest time of its records, which is not always what the header says.</param>
    /// <returns>Why it is refused; null if it is not.</returns>
    public Refusal? Check(
        Topic topic, ReadOnlyMemory<byte>? records, short version, out RecordBatchHeader header, out long maxTimestamp)
    {
        (header, maxTimestamp) = (default, NoTime);
        if (records is not { } bytes || !RecordBatchHeader.TryRead(bytes.Span, out header))
        {
            return new Refusal(ErrorCode.InvalidRecord, "There is no record batch of format 2.");
        }

        int limit = topic.Settings.MaxMessageBytes!.Value;
        if (header.Length > limit)
        {
            return new Refusal(ErrorCode.MessageTooLarge, $"The batch has {header.Length} bytes; topic '{topic.Name}' takes {limit} at most.");
        }

        if (header.Length != bytes.Length)
        {
            return new Refusal(ErrorCode.InvalidRecord, "There must be exactly one batch for a partition.");
        }

        if (!RecordBatchHeader.IsIntact(bytes.Span))
        {
            return new Refusal(ErrorCode.CorruptMessage, "The checksum is wrong.");
        }

        if (header.Compression == BatchCompression.Zstd && version < FirstVersionWithZstd)
        {
            return new Refusal(ErrorCode.UnsupportedCompressionType, $"There is no zstd in version {version} of Produce. Use another compression, or a newer client.");
        }

        if (BatchCompression.FaultOf(header) is { } unreadable)
        {
            Tell(header.Compression, unreadable);
            return new Refusal(ErrorCode.UnsupportedCompressionType, unreadable);
        }

        return header.HasAppendTime
            ? new Refusal(ErrorCode.InvalidTimestamp, "Only the broker could say when it has taken records, and it does not.")
            : CheckRecords(topic, bytes, header, out maxTimestamp);
    }

    private static Refusal? CheckRecords(Topic topic, ReadOnlyMemory<byte> bytes, in RecordBatchHeader header, out long maxTimestamp)
    {
        maxTimestamp = NoTime;
        try
        {
            string? fault = header.IsControl ? "Only the broker ends transactions."
                : header.BaseOffset != 0 ? "The offsets of a batch begin with 0."
                : header.IsTransactional && !header.HasProducer ? "A transaction has a producer."
                : header.HasProducer && (header.BaseSequence < 0 || header.ProducerEpoch < 0) ? "A producer numbers its records from 0 on."
                : RecordBatchValidation.FaultOf(
                    header,
                    bytes,
                    needsKeys: topic.Settings.Cleanup!.Value.HasFlag(CleanupPolicy.Compact),
                    maxBytes: BatchCompression.LimitOf(topic.Settings.MaxMessageBytes!.Value),
                    out maxTimestamp);
            return fault is null ? null : new Refusal(ErrorCode.InvalidRecord, fault);
        }
        catch (BatchTooLargeException exception)
        {
            // Kafka's Java client makes smaller batches of it then.
            return new Refusal(ErrorCode.MessageTooLarge, exception.Message);
        }
    }

    private void Tell(int compression, string fault)
    {
        int bit = 1 << compression;
        if ((Interlocked.Or(ref _told, bit) & bit) == 0)
        {
            LogUnreadable(fault);
        }
    }

    [LoggerMessage(1037, LogLevel.Warning, "Batches of clients are refused, from now on without a word here: {Fault}")]
    private partial void LogUnreadable(string fault);

    /// <summary>Why a batch is refused.</summary>
    /// <param name="Error">What its client is told.</param>
    /// <param name="Fault">The same in words.</param>
    public readonly record struct Refusal(ErrorCode Error, string Fault);
}
