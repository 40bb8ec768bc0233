using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.State;

namespace Ganglion.Tests.State;

public sealed class PartitionReaderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task What_is_disposed_of_twice_is_disposed_of_and_reads_no_more()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Cancelled);
        await producer.AppendAsync(new ProducerRecord("states", new Record(null, new byte[1])), Cancelled);
        var log = new PartitionReader(broker, new TopicPartition("states", 0));
        (await log.ReadAsync(0, Cancelled)).ShouldNotBeNull();

        await log.DisposeAsync();
        await log.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => log.ReadAsync(0, Cancelled).AsTask());
    }
}
