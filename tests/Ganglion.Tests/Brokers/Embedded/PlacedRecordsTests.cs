using System.Runtime.CompilerServices;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded;

public sealed class PlacedRecordsTests
{
    [Fact]
    public async Task A_result_that_was_looked_at_does_not_keep_the_records_in_memory()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await broker.Topics.CreateAsync("t", cancellationToken: TestContext.Current.CancellationToken);
        (PlacedRecords places, WeakReference batch) = Place(broker.Catalog.Find("t")!.Partitions[0]);

        places.ShouldBe([new TopicPartitionOffset(new TopicPartition("t", 0), 7), new TopicPartitionOffset(new TopicPartition("t", 0), 8)]);

        GC.Collect();
        batch.IsAlive.ShouldBeFalse();
        places[1].Offset.ShouldBe(8);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (PlacedRecords Places, WeakReference Batch) Place(Partition partition)
    {
        var batch = new RoundBatch(partition, new BatchMemory(), 100);
        var places = new PlacedRecords(2);
        places.Place(0, batch, batch.Append("a".To("t").Record, now: 0));
        places.Place(1, batch, batch.Append("b".To("t").Record, now: 0));
        batch.Seal();
        batch.Place(7);
        return (places, new WeakReference(batch));
    }
}
