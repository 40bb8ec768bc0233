using System.Buffers.Binary;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Events;

namespace Ganglion.Tests.Brokers.Embedded.Records;

public sealed class RecordBatchTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    // Written by KafkaJS 2.2.4, which knows nothing of this code, from the same records.
    private static readonly byte[] OfAnotherClient = Convert.FromHexString(
        "0000000000000000000001570000000002e7072a480000000000030000018bcfe568000000018bd50bc400ffffffffffffffffffffffffffff00000004" // the header
        + "7c00000010494e562d31303031207b22616d6f756e74223a3235302e307d040a63655f696402310e63655f747970651e696e766f6963652e63726561746564"
        + "0c000902010100"
        + "180080f0b25204000002026e00"
        + "a203000e0604c39c9003"
        + string.Concat(Enumerable.Repeat("78", 200))
        + "00");

    private static readonly Record[] AsInThem =
    [
        new(
            "INV-1001"u8.ToArray(),
            """{"amount":250.0}"""u8.ToArray(),
            RecordHeaders.Create(new RecordHeader("ce_id", "1"), new RecordHeader("ce_type", "invoice.created")),
            Time),
        new(null, null, default, Time.AddMilliseconds(-5)),
        new(Array.Empty<byte>(), Array.Empty<byte>(), RecordHeaders.Create(new RecordHeader("n", "")), Time.AddDays(1)),
        new("Ü"u8.ToArray(), Encoding.UTF8.GetBytes(new string('x', 200)), default, Time.AddMilliseconds(7)),
    ];

    [Fact]
    public void The_bytes_are_those_that_other_clients_write()
    {
        var builder = new RecordBatchBuilder(new BatchMemory(), 16);
        foreach (Record record in AsInThem)
        {
            builder.Append(record, now: 0);
        }

        builder.Build().ToArray().ShouldBe(OfAnotherClient);
    }

    [Fact]
    public void What_other_clients_write_is_read()
    {
        var read = new List<ConsumedRecord>();
        RecordBatchReader.Read(OfAnotherClient, 0, read);

        RecordBatchHeader.IsIntact(OfAnotherClient).ShouldBeTrue();
        read.Select(record => record.Offset).ShouldBe([0L, 1, 2, 3]);
        for (int i = 0; i < AsInThem.Length; i++)
        {
            read[i].Record.Key?.ToArray().ShouldBe(AsInThem[i].Key?.ToArray());
            read[i].Record.Value?.ToArray().ShouldBe(AsInThem[i].Value?.ToArray());
            read[i].Record.Headers.ShouldBe(AsInThem[i].Headers);
            read[i].Record.Timestamp.ShouldBe(AsInThem[i].Timestamp);
        }
    }

    [Fact]
    public void Whatever_is_wrong_in_a_batch_is_a_format_error()
    {
        for (int position = RecordBatchHeader.LastOffsetDeltaPosition; position < OfAnotherClient.Length; position++)
        {
            foreach (byte wrong in new byte[] { 0x00, 0x01, 0x7F, 0x80, 0xFF })
            {
                byte[] batch = [.. OfAnotherClient];
                batch[position] = wrong;
                try
                {
                    var read = new List<ConsumedRecord>();
                    RecordBatchReader.Read(batch, 0, read);
                    read.ForEach(record => record.Record.Headers.TryGet("none"u8, out _));
                }
                catch (FormatException)
                {
                    // That is what was promised; anything else fails the test.
                }
            }
        }
    }

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
        var builder = new RecordBatchBuilder(new BatchMemory(), 16);
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
        var builder = new RecordBatchBuilder(new BatchMemory(), 16);
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
        var builder = new RecordBatchBuilder(new BatchMemory(), 16);
        builder.Append(new Record(null, Encoding.UTF8.GetBytes("v")), now: Time.ToUnixTimeMilliseconds());
        var read = new List<ConsumedRecord>();
        RecordBatchReader.Read(builder.Build(), 0, read);
        read.ShouldHaveSingleItem().Record.Timestamp.ShouldBe(Time);
    }
}
