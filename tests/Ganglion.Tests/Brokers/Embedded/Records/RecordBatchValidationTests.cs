using System.Text;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Events;

namespace Ganglion.Tests.Brokers.Embedded.Records;

public sealed class RecordBatchValidationTests
{
    [Fact]
    public void A_batch_that_can_be_read_has_no_fault() => FaultOf(Encode("k", now: 7)).ShouldBeNull();

    [Theory]
    [InlineData(long.MaxValue / 2)]
    [InlineData(1_800_000_000_000_000)] // Microseconds.
    public void A_time_that_there_is_not_is_a_fault(long now) => FaultOf(Encode("k", now)).ShouldNotBeNull().ShouldContain("time");

    [Fact]
    public void A_record_without_a_key_is_a_fault_where_keys_are_needed() => FaultOf(Encode(key: null, now: 7)).ShouldNotBeNull().ShouldContain("key");

    [Theory]
    [InlineData(RecordBatchHeader.RecordCountPosition)] // More records than offsets.
    [InlineData(RecordBatchHeader.Size)] // A record longer than its batch.
    public void A_number_that_is_wrong_is_a_fault(int position)
    {
        byte[] batch = Encode("k", now: 7);
        batch[position] = 0x7F;

        FaultOf(batch).ShouldNotBeNull();
    }

    // Whoever reads it with Kafka's Java client would not get past it.
    [Fact]
    public void A_header_without_a_key_is_a_fault()
    {
        byte[] batch = Encode("k", now: 7, new RecordHeader("", ""));
        FaultOf(batch).ShouldBeNull();
        batch[^2] = 1; // The length of its key: -1.

        FaultOf(batch).ShouldNotBeNull().ShouldContain("header");
    }

    private static string? FaultOf(byte[] batch)
    {
        RecordBatchHeader.TryRead(batch, out RecordBatchHeader header).ShouldBeTrue();
        return RecordBatchValidation.FaultOf(header, batch, needsKeys: true, maxBytes: 1024, out _);
    }

    private static byte[] Encode(string? key, long now, params RecordHeader[] headers)
    {
        var builder = new RecordBatchBuilder(new BatchMemory(), 256);
        builder.Append(new Record(key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes("value"), RecordHeaders.Create(headers)), now);
        return builder.Build().ToArray();
    }
}
