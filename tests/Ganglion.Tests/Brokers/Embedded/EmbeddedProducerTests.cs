using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded;

public sealed class EmbeddedProducerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // The newest records stay in memory, and with them what their batches were given and do not use.
    [Fact]
    public async Task A_list_takes_as_much_memory_as_its_records_need_however_many_partitions_they_go_to()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Cancelled);
        ProducerRecord[] records = [.. Enumerable.Range(0, 1000).Select(i => new ProducerRecord($"t{i % 10}", new Record(null, new byte[1024]), 0))];
        await producer.AppendAsync(records, Cancelled);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ValueTask<IReadOnlyList<TopicPartitionOffset>> append = producer.AppendAsync(records, Cancelled);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;

        (await append).Count.ShouldBe(1000);
        taken.ShouldBeInRange(1_000_000, 2_000_000);
    }
}
