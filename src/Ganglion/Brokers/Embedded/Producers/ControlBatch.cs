using System.Buffers.Binary;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>The batch that ends a transaction in a partition (Kafka documentation, section 5.3.1.1 "Control Batches").</summary>
internal static class ControlBatch
{
    private const short SchemaVersion = 0;
    private const short Abort = 0;
    private const short Commit = 1;

    private const int Capacity = 96;

    /// <summary>Builds one.</summary>
    /// <param name="memory">Where it is built.</param>
    /// <param name="partition">Where the transaction ends.</param>
    /// <param name="producerId">Whose transaction it is.</param>
    /// <param name="epoch">The epoch of the producer; what comes with an older one is refused from then on.</param>
    /// <param name="commits">Whether its records are to be read, or to be passed over.</param>
    /// <param name="now">The time; milliseconds since the Unix epoch.</param>
    public static RoundBatch Create(BatchMemory memory, Partition partition, long producerId, short epoch, bool commits, long now)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt16BigEndian(key, SchemaVersion);
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(2), commits ? Commit : Abort);
        byte[] value = new byte[6]; // The version of its schema, and the epoch of the coordinator, who is always the same.
        var builder = new RecordBatchBuilder(memory, Capacity);
        builder.Append(new Record(key, value), now);
        Memory<byte> bytes = builder.BuildForProducer(
            producerId, epoch, RecordBatchHeader.TransactionalMask | RecordBatchHeader.ControlMask);
        RecordBatchHeader.TryRead(bytes.Span, out RecordBatchHeader header);
        return new RoundBatch(partition, bytes, header);
    }
}
