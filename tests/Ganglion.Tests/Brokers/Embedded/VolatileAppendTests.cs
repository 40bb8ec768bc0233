using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded;

public sealed class VolatileAppendTests
{
    [Fact]
    public async Task Concurrent_appends_get_consecutive_offsets()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);

        IEnumerable<Task<TopicPartitionOffset>> appends = Enumerable.Range(0, 1000).Select(i =>
            producer.AppendAsync(new ProducerRecord("t", new Record(null, Encoding.UTF8.GetBytes($"{i}")))).AsTask());
        TopicPartitionOffset[] positions = await Task.WhenAll(appends);

        positions.Select(position => position.Offset).ShouldBe(Enumerable.Range(0, 1000).Select(i => (long)i));
    }
}
