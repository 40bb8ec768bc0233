using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.State;
using Ganglion.Tests.Brokers.Listener;

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

    [Fact(Timeout = 30_000)]
    public async Task What_lies_behind_a_transaction_that_is_open_is_waited_for()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await broker.Topics.CreateAsync("states", cancellationToken: Cancelled);
        OpenTransaction open = await OpenTransaction.BeginAsync(broker, new TopicPartition("states", 0));
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Cancelled);
        await producer.AppendAsync(new ProducerRecord("states", new Record(null, "behind"u8.ToArray())), Cancelled);
        await using var log = new PartitionReader(broker, new TopicPartition("states", 0));
        ValueTask<List<ConsumedRecord>> reading = log.ReadAllAsync(Cancelled).ToListAsync(Cancelled);

        reading.IsCompleted.ShouldBeFalse();
        await open.AbortAsync();

        (await reading).ShouldHaveSingleItem().Offset.ShouldBe(1);
    }
}
