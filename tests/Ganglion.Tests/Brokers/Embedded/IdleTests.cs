using System.Diagnostics;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded;

[CollectionDefinition(nameof(IdleTests), DisableParallelization = true)]
[Collection(nameof(IdleTests))]
public sealed class IdleTests
{
    [Fact]
    public async Task Waiting_consumers_cost_no_processor_time()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 100 }, cancellation);
        using var stop = new CancellationTokenSource();
        var consumers = new List<IEventConsumer>();
        for (int i = 0; i < 10; i++)
        {
            consumers.Add(await broker.CreateConsumerAsync(new ConsumerOptions { GroupId = $"g{i}", Topics = ["t"] }, cancellation));
        }

        Task<ConsumedBatch>[] waiting = [.. consumers.Select(consumer => consumer.ReadAsync(stop.Token).AsTask())];
        await Task.Delay(TimeSpan.FromMilliseconds(200), cancellation);

        // One loop that goes round would take a core. This test has the process to itself; the rest is what the runtime takes.
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        TimeSpan used = Process.GetCurrentProcess().TotalProcessorTime - before;

        used.ShouldBeLessThan(TimeSpan.FromMilliseconds(300));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(Task.WhenAll(waiting));
        foreach (IEventConsumer consumer in consumers)
        {
            await consumer.DisposeAsync();
        }
    }
}
