using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Fetching;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener.Fetching;

/// <summary>How much is read of several partitions, and how long that waits, by a clock that stands still.</summary>
public sealed class FetchOperationTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { TimeProvider = new ManualTimeProvider() });

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 2 }, Deadline);

    public async ValueTask DisposeAsync() => await _broker.DisposeAsync();

    [Fact(Timeout = 20_000)]
    public async Task Whoever_asks_for_more_than_there_is_waits_until_it_has_come()
    {
        await AppendAsync(0);
        FetchedPartition asked = Ask(0);
        using FetchOperation fetch = Begin(asked);
        await fetch.ReadAsync(minBytes: 1, Long, Deadline);
        int batch = asked.Bytes;

        Task reading = fetch.ReadAsync(batch + 1, Long, Deadline).AsTask();
        reading.IsCompleted.ShouldBeFalse();
        await AppendAsync(0);
        await reading;

        asked.Bytes.ShouldBe(batch * 2);
    }

    [Fact(Timeout = 20_000)]
    public async Task All_partitions_together_give_no_more_than_is_asked_for()
    {
        await AppendAsync(0);
        await AppendAsync(1);
        FetchedPartition[] alone = [Ask(0), Ask(1)];
        using FetchOperation all = Begin(alone);
        await all.ReadAsync(minBytes: 1, Long, Deadline);
        FetchedPartition[] asked = [Ask(0), Ask(1)];
        using FetchOperation fetch = Begin(asked, alone[0].Bytes);

        await fetch.ReadAsync(minBytes: 1, Long, Deadline);

        asked.Select(partition => partition.Bytes).ShouldBe([alone[0].Bytes, 0]);
        alone[1].Bytes.ShouldBeGreaterThan(0);
    }

    [Fact(Timeout = 20_000)]
    public async Task Nobody_waits_for_a_partition_that_there_is_not()
    {
        FetchedPartition[] asked = [Ask(0), Ask(2)];
        using FetchOperation fetch = Begin(asked);

        await fetch.ReadAsync(minBytes: 1, Long, Deadline);

        asked.Select(partition => partition.Error).ShouldBe([ErrorCode.None, ErrorCode.UnknownTopicOrPartition]);
    }

    private static FetchedPartition Ask(int partition) => new(partition, offset: 0, maxBytes: 1024 * 1024);

    private FetchOperation Begin(FetchedPartition asked) => Begin([asked]);

    private FetchOperation Begin(FetchedPartition[] asked, int maxBytes = 1024 * 1024) =>
        new(_broker.Catalog, [new FetchedTopic("t", Guid.Empty, [.. asked])], readsCommitted: false, maxBytes, _broker.Time);

    private async Task AppendAsync(int partition)
    {
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Deadline);
        await producer.AppendAsync(new ProducerRecord("t", new Record(null, Encoding.UTF8.GetBytes("hello")), partition), Deadline);
    }
}
