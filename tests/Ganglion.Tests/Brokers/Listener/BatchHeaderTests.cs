using System.Buffers.Binary;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What becomes of the headers that clients give their batches.</summary>
public sealed class BatchHeaderTests : ListenerTests
{
    private const string Topic = "t";
    private const short LogAppendTime = 0x08;
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    protected override async Task PrepareAsync()
    {
        await Broker.Topics.CreateAsync(Topic, cancellationToken: Deadline);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task The_newest_time_is_that_of_the_records_whatever_the_header_says(long told)
    {
        byte[] batch = Encode(bytes => BinaryPrimitives.WriteInt64BigEndian(bytes[RecordBatchHeader.MaxTimestampPosition..], told));

        (await Client.ProduceAsync(9, Topic, batch)).ShouldBe((ErrorCode.None, null));

        ReadOnlyMemory<byte> stored = (await Client.FetchAsync(11, Topic, 0)).Batches.ShouldHaveSingleItem();
        RecordBatchHeader.IsIntact(stored.Span).ShouldBeTrue();
        RecordBatchHeader.TryRead(stored.Span, out RecordBatchHeader header).ShouldBeTrue();
        header.MaxTimestamp.ShouldBe(Start.AddSeconds(60).ToUnixTimeMilliseconds());
    }

    [Fact(Timeout = 30_000)]
    public async Task The_epoch_of_the_leader_is_the_brokers()
    {
        byte[] batch = Encode(static bytes => BinaryPrimitives.WriteInt32BigEndian(bytes[RecordBatchHeader.LeaderEpochPosition..], 7));

        (await Client.ProduceAsync(9, Topic, batch)).ShouldBe((ErrorCode.None, null));

        ReadOnlyMemory<byte> stored = (await Client.FetchAsync(11, Topic, 0)).Batches.ShouldHaveSingleItem();
        BinaryPrimitives.ReadInt32BigEndian(stored.Span[RecordBatchHeader.LeaderEpochPosition..]).ShouldBe(0);
    }

    [Fact(Timeout = 30_000)]
    public async Task Only_the_broker_gives_offsets_and_times_of_its_own()
    {
        byte[] placed = Encode(static bytes => RecordBatchHeader.SetBaseOffset(bytes, 5));
        byte[] timed = Encode(static bytes => BinaryPrimitives.WriteInt16BigEndian(bytes[RecordBatchHeader.AttributesPosition..], LogAppendTime));

        (await Client.ProduceAsync(9, Topic, placed)).Error.ShouldBe(ErrorCode.InvalidRecord);
        (await Client.ProduceAsync(9, Topic, timed)).Error.ShouldBe(ErrorCode.InvalidTimestamp);

        (await Client.FetchAsync(11, Topic, 0)).Batches.ShouldBeEmpty();
    }

    // Two records, of which the first is newer than the second.
    private static byte[] Encode(SpanAction change)
    {
        var builder = new RecordBatchBuilder(new BatchMemory(), 256);
        builder.Append(new Record(null, new byte[1]) { Timestamp = Start.AddSeconds(60) }, now: 0);
        builder.Append(new Record(null, new byte[1]) { Timestamp = Start }, now: 0);
        byte[] batch = builder.Build().ToArray();
        change(batch);
        BinaryPrimitives.WriteUInt32BigEndian(
            batch.AsSpan(RecordBatchHeader.CrcPosition), Crc32C.Compute(batch.AsSpan(RecordBatchHeader.AttributesPosition)));
        return batch;
    }

    private delegate void SpanAction(Span<byte> bytes);
}
