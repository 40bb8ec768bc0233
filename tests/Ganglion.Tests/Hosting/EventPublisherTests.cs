using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Hosting;

public sealed class EventPublisherTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("K")]
    public async Task An_event_has_the_key_that_it_was_published_with_and_no_other(string? key)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using ServiceProvider services = new ServiceCollection().AddGanglion(ganglion => ganglion.UseBroker(broker)).BuildServiceProvider();

        TopicPartitionOffset position = await services.GetRequiredService<IEventPublisher>()
            .PublishAsync("t", new { A = 1 }, key, TestContext.Current.CancellationToken);

        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [position.Partition] = OffsetPosition.Earliest } },
            TestContext.Current.CancellationToken);
        ReadOnlyMemory<byte>? stored = (await reader.ReadAsync(TestContext.Current.CancellationToken)).Records[0].Record.Key;
        (stored is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null).ShouldBe(key);
    }

    [Fact]
    public async Task A_broker_that_was_out_of_reach_is_tried_again()
    {
        await using var broker = new BrokerOutOfReach(EmbeddedBroker.CreateVolatile());
        await using ServiceProvider services = new ServiceCollection().AddGanglion(ganglion => ganglion.UseBroker(broker)).BuildServiceProvider();
        IEventPublisher publisher = services.GetRequiredService<IEventPublisher>();
        await Should.ThrowAsync<StorageException>(() => PublishAsync());

        broker.IsReachable = true;
        await PublishAsync();

        Task PublishAsync() => publisher.PublishAsync("t", 1, cancellationToken: TestContext.Current.CancellationToken).AsTask();
    }

    private sealed class BrokerOutOfReach(EmbeddedBroker broker) : DelegatingBroker(broker)
    {
        public bool IsReachable { get; set; }

        public override ValueTask<IEventProducer> CreateProducerAsync(ProducerOptions? options = null, CancellationToken cancellationToken = default) =>
            IsReachable
                ? base.CreateProducerAsync(options, cancellationToken)
                : throw new StorageException("storage-failed", "There is nobody.");
    }
}
