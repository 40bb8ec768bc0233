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

        TopicPartitionOffset place = await services.GetRequiredService<IEventPublisher>()
            .PublishAsync("t", new { A = 1 }, key, TestContext.Current.CancellationToken);

        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [place.Partition] = OffsetPosition.Earliest } },
            TestContext.Current.CancellationToken);
        ReadOnlyMemory<byte>? stored = (await reader.ReadAsync(TestContext.Current.CancellationToken)).Records[0].Record.Key;
        (stored is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null).ShouldBe(key);
    }
}
