using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Fetching;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Fetching;

/// <summary>What is read of one partition, and what is told about it.</summary>
public sealed class FetchedPartitionTests : IAsyncLifetime
{
    private static readonly TopicPartition Id = new("t", 0);

    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private Partition _partition = null!;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _broker.Topics.CreateAsync(Id.Topic, cancellationToken: Deadline);
        _partition = _broker.Catalog.Get(Id);
    }

    public async ValueTask DisposeAsync() => await _broker.DisposeAsync();

    // 0 to 2: an aborted transaction, and what lies behind it. From 3 on: one that is open, and what lies behind it.
    [Theory]
    [InlineData(true, new long[] { 0, 1, 2 })]
    [InlineData(false, new long[] { 0, 1, 2, 3, 4 })]
    public async Task Whoever_reads_what_is_committed_is_told_what_was_aborted_and_nothing_from_what_is_open_on(bool readsCommitted, long[] offsets)
    {
        OpenTransaction aborted = await OpenTransaction.BeginAsync(_broker, Id, "aborted");
        await aborted.AbortAsync();
        await AppendAsync();
        await OpenTransaction.BeginAsync(_broker, Id, "open");
        await AppendAsync();

        FetchedPartition fetched = await ReadAsync(0, readsCommitted);

        fetched.Batches.Select(BaseOffsetOf).ShouldBe(offsets);
        (fetched.Error, fetched.StartOffset, fetched.LastStableOffset, fetched.HighWatermark).ShouldBe((ErrorCode.None, 0, 3, 5));
        long producer = HeaderOf(fetched.Batches[0]).ProducerId;
        fetched.Aborted.ShouldBe(readsCommitted ? [new AbortedTransaction(producer, FirstOffset: 0, LastOffset: 1)] : []);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task At_the_end_there_is_nothing_and_behind_it_no_offset(bool readsCommitted)
    {
        await AppendAsync();

        FetchedPartition end = await ReadAsync(1, readsCommitted);

        (end.Error, end.Bytes).ShouldBe((ErrorCode.None, 0));
        (await ReadAsync(2, readsCommitted)).Error.ShouldBe(ErrorCode.OffsetOutOfRange);
    }

    [Fact]
    public async Task Where_the_log_begins_is_told_and_before_it_there_is_no_offset()
    {
        await AppendAsync();
        await AppendAsync();
        _partition.DeleteBefore(1);

        FetchedPartition fetched = await ReadAsync(1, readsCommitted: false);

        (fetched.Error, fetched.StartOffset, fetched.Batches.Count).ShouldBe((ErrorCode.None, 1, 1));
        (await ReadAsync(0, readsCommitted: false)).Error.ShouldBe(ErrorCode.OffsetOutOfRange);
    }

    [Fact]
    public async Task A_partition_gives_no_more_than_is_asked_for_except_that_one_batch_is_whole()
    {
        for (int i = 0; i < 3; i++)
        {
            await AppendAsync();
        }

        int batch = (await ReadAsync(0, readsCommitted: false)).Bytes / 3;

        (await ReadAsync(0, readsCommitted: false, maxBytes: batch * 2)).Batches.Count.ShouldBe(2);
        (await ReadAsync(0, readsCommitted: false, maxBytes: 1)).Batches.Count.ShouldBe(1);
    }

    private static long BaseOffsetOf(ReadOnlyMemory<byte> batch) => HeaderOf(batch).BaseOffset;

    private static RecordBatchHeader HeaderOf(ReadOnlyMemory<byte> batch)
    {
        RecordBatchHeader.TryRead(batch.Span, out RecordBatchHeader header).ShouldBeTrue();
        return header;
    }

    private async Task<FetchedPartition> ReadAsync(long offset, bool readsCommitted, int maxBytes = 1024 * 1024)
    {
        var fetched = new FetchedPartition(Id.Partition, offset, maxBytes);
        await fetched.ReadAsync(_partition, readsCommitted, bytesLeft: 1024 * 1024, Deadline);
        return fetched;
    }

    private async Task AppendAsync()
    {
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Deadline);
        await producer.AppendAsync(new ProducerRecord(Id.Topic, new Record(null, Encoding.UTF8.GetBytes("hello")), Id.Partition), Deadline);
    }
}
