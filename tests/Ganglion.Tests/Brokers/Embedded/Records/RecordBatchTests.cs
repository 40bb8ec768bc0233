using System.Buffers.Binary;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Events;

namespace Ganglion.Tests.Brokers.Embedded.Records;

public sealed class RecordBatchTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    [Fact]
    public void Records_come_out_as_they_went_in()
    {
        Record[] records =
        [
            new("key"u8.ToArray(), "value"u8.ToArray(), RecordHeaders.Create(new RecordHeader("a", "1"), new RecordHeader("a", "2")), Time),
            new(null, null, default, Time.AddMilliseconds(-5)),
            new(Array.Empty<byte>(), Array.Empty<byte>(), RecordHeaders.Create(new RecordHeader("n", (ReadOnlyMemory<byte>?)null)), Time),
            new("big"u8.ToArray(), new byte[100_000], default, Time.AddDays(1)),
        ];
        var builder = new RecordBatchBuilder(16);
        foreach (Record record in records)
        {
            builder.Append(record, now: 0);
        }

        Memory<byte> batch = builder.Build();
        RecordBatchHeader.SetBaseOffset(batch.Span, 40);
        var read = new List<ConsumedRecord>();
        RecordBatchReader.Read(batch, 41, read);

        RecordBatchHeader.IsIntact(batch.Span).ShouldBeTrue();
        read.Select(record => record.Offset).ShouldBe([41L, 42, 43]);
        for (int i = 1; i < records.Length; i++)
        {
            Record actual = read[i - 1].Record;
            actual.Key?.ToArray().ShouldBe(records[i].Key?.ToArray());
            actual.Value?.ToArray().ShouldBe(records[i].Value?.ToArray());
            actual.Key.HasValue.ShouldBe(records[i].Key.HasValue);
            actual.Headers.ShouldBe(records[i].Headers);
            actual.Timestamp.ShouldBe(records[i].Timestamp);
        }
    }

    // Bytes written down by hand from the field list of Kafka's documentation, section "Record Batch".
    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        var builder = new RecordBatchBuilder(16);
        builder.Append(new Record("k"u8.ToArray(), "v"u8.ToArray(), RecordHeaders.Create(new RecordHeader("h", "x")), Time), now: 0);
        byte[] batch = builder.Build().ToArray();

        byte[] record = [22, 0, 0, 0, 2, (byte)'k', 2, (byte)'v', 2, 2, (byte)'h', 2, (byte)'x'];
        record[0] = (byte)((record.Length - 1) * 2);
        batch.Length.ShouldBe(61 + record.Length);
        batch[61..].ShouldBe(record);
        BinaryPrimitives.ReadInt64BigEndian(batch).ShouldBe(0);
        BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(8)).ShouldBe(batch.Length - 12);
        batch[16].ShouldBe((byte)2);
        BinaryPrimitives.ReadUInt32BigEndian(batch.AsSpan(17)).ShouldBe(Crc32C.Compute(batch.AsSpan(21)));
        BinaryPrimitives.ReadInt16BigEndian(batch.AsSpan(21)).ShouldBe((short)0);
        BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(23)).ShouldBe(0);
        BinaryPrimitives.ReadInt64BigEndian(batch.AsSpan(27)).ShouldBe(Time.ToUnixTimeMilliseconds());
        BinaryPrimitives.ReadInt64BigEndian(batch.AsSpan(35)).ShouldBe(Time.ToUnixTimeMilliseconds());
        BinaryPrimitives.ReadInt64BigEndian(batch.AsSpan(43)).ShouldBe(-1);
        BinaryPrimitives.ReadInt16BigEndian(batch.AsSpan(51)).ShouldBe((short)-1);
        BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(53)).ShouldBe(-1);
        BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(57)).ShouldBe(1);
    }

    [Fact]
    public void A_record_without_a_timestamp_gets_the_brokers_time()
    {
        var builder = new RecordBatchBuilder(16);
        builder.Append(new Record(null, Encoding.UTF8.GetBytes("v")), now: Time.ToUnixTimeMilliseconds());
        var read = new List<ConsumedRecord>();
        RecordBatchReader.Read(builder.Build(), 0, read);
        read.ShouldHaveSingleItem().Record.Timestamp.ShouldBe(Time);
    }
}
