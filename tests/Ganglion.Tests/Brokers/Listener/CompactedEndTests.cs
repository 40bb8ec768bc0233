using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Fetching;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>What a client is told where compaction has left nothing of the end of a log.</summary>
public sealed class CompactedEndTests
{
    private static readonly TopicPartition Id = new("compacted", 0);

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Who_asks_for_what_is_gone_is_told_where_to_go_on(long offset)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await broker.Topics.CreateAsync(Id.Topic, new TopicSettings { Cleanup = CleanupPolicy.Compact }, Deadline);
        OpenTransaction transaction = await OpenTransaction.BeginAsync(broker, Id);
        await transaction.AbortAsync();
        Partition partition = broker.Catalog.Get(Id);
        await partition.Log.CleanAsync(partition.Topic.Settings, broker.Committer.Now, Deadline);

        var fetched = new FetchedPartition(0, offset, maxBytes: 1024 * 1024);
        await fetched.ReadAsync(partition, readsCommitted: true, bytesLeft: 1024 * 1024, Deadline);

        ReadOnlyMemory<byte> batch = fetched.Batches.ShouldHaveSingleItem();
        RecordBatchHeader.IsIntact(batch.Span).ShouldBeTrue();
        RecordBatchHeader.TryRead(batch.Span, out RecordBatchHeader header).ShouldBeTrue();
        (header.BaseOffset, header.LastOffset, header.RecordCount).ShouldBe((offset, partition.HighWatermark - 1, 0));
        (header.HasProducer, header.MaxTimestamp).ShouldBe((false, -1));
    }
}
