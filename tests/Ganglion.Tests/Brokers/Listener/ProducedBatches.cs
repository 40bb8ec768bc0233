using System.Buffers.Binary;
using System.Text;
using Ganglion.Brokers.Embedded.Records;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Batches as producers with an id write them.</summary>
internal static class ProducedBatches
{
    public static Memory<byte> Encode(long id, short epoch, int sequence, string[] values, bool isTransactional, string? key = null, long now = 0)
    {
        var builder = new RecordBatchBuilder(new BatchMemory(), 256);
        foreach (string value in values)
        {
            builder.Append(new Record(key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value)), now);
        }

        Memory<byte> bytes = builder.BuildForProducer(id, epoch, isTransactional ? RecordBatchHeader.TransactionalMask : (short)0);
        BinaryPrimitives.WriteInt32BigEndian(bytes.Span[RecordBatchHeader.BaseSequencePosition..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(
            bytes.Span[RecordBatchHeader.CrcPosition..], Crc32C.Compute(bytes.Span[RecordBatchHeader.AttributesPosition..]));
        return bytes;
    }
}
