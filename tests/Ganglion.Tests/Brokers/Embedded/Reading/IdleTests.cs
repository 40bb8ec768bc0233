using System.Diagnostics;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded.Reading;

[CollectionDefinition(nameof(IdleTests), DisableParallelization = true)]
[Collection(nameof(IdleTests))]
public sealed class IdleTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Waiting_consumers_cost_no_processor_time(int? flushMilliseconds)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = flushMilliseconds is { } flush
            ? await EmbeddedBroker.OpenAsync(
                folder.Path, new EmbeddedBrokerOptions { FlushInterval = TimeSpan.FromMilliseconds(flush) }, cancellation)
            : EmbeddedBroker.CreateVolatile();
        await broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 100 }, cancellation);
        using var stop = new CancellationTokenSource();
        var consumers = new List<IEventConsumer>();
        for (int i = 0; i < 10; i++)
        {
            consumers.Add(await broker.CreateConsumerAsync(new ConsumerOptions { GroupId = $"g{i}", Topics = ["t"] }, cancellation));
        }

        await broker.AppendAsync("before".To("other"));
        Task<ConsumedBatch>[] waiting = [.. consumers.Select(consumer => consumer.ReadAsync(stop.Token).AsTask())];
        // One loop that went round would take a core in every second. The runtime still compiles what other tests have run, so the
        // first seconds may be busy.
        TimeSpan used = TimeSpan.MaxValue;
        for (int second = 0; second < 20 && used > TimeSpan.FromMilliseconds(100); second++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            used = Process.GetCurrentProcess().TotalProcessorTime - before;
        }

        used.ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(100));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(Task.WhenAll(waiting));
        foreach (IEventConsumer consumer in consumers)
        {
            await consumer.DisposeAsync();
        }
    }
}
