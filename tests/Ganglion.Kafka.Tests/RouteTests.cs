using System.Collections.Concurrent;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Kafka.Tests.Conformance;
using Ganglion.Routes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

/// <summary>A route changes on a cluster as it does in one process: on librdkafka's mock cluster, and on a broker that listens.</summary>
public sealed class RouteTests(MockCluster mock) : IClassFixture<MockCluster>
{
    private const int Keys = 5;

    private readonly string _run = $"{Guid.NewGuid():N}"[..8];
    private readonly ConcurrentQueue<(string Key, int Number)> _read = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    private string Channel => $"notes-{_run}";

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stage_is_put_before_an_agent_while_it_works_and_each_event_comes_once_and_in_order(bool isMock)
    {
        KafkaBrokerOptions options = isMock ? MockBroker.OptionsFor(mock) : new KafkaBrokerOptions { BootstrapServers = TestCluster.BootstrapServers };
        using IHost host = await StartAsync(options);
        using IHost another = await StartAsync(options);
        Task publishing = PublishAsync(host, 0, 40);
        await WhenAsync(() => _read.Count >= 5 * Keys);

        RouteTable table = another.Services.GetRequiredService<RouteTable>();
        Route route = await table.FindAsync(Channel, Timeout);
        RouteChange change = await table.ChangeAsync(route.Insert(Mirror()), "maria", "a test", Timeout);
        await publishing;
        await PublishAsync(host, 40, 10);
        await WhenAsync(() => _read.Count >= 50 * Keys);

        foreach (IGrouping<string, (string Key, int Number)> key in _read.GroupBy(one => one.Key))
        {
            key.Select(one => one.Number).ShouldBe(Enumerable.Range(0, 50), key.Key);
        }

        change.Offsets!.Count.ShouldBe((await host.Services.GetRequiredService<IEventBroker>().Topics.FindAsync(Channel, Timeout))!.Partitions.Count);
        List<string> mirrored = await ReadIdsAsync(host, $"copies-{_run}", 10 * Keys);
        List<string> left = await ReadIdsAsync(host, change.Route.Exit, mirrored.Count);
        left.ShouldBe(mirrored, ignoreOrder: true);
        await another.StopAsync(Timeout);
        await host.StopAsync(Timeout);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lanes_are_put_before_an_agent_while_it_works_and_each_event_comes_once_and_in_the_order_of_its_lane(bool isMock)
    {
        KafkaBrokerOptions options = isMock ? MockBroker.OptionsFor(mock) : new KafkaBrokerOptions { BootstrapServers = TestCluster.BootstrapServers };
        using IHost host = await StartAsync(options);
        using IHost another = await StartAsync(options);
        Task publishing = PublishAsync(host, 0, 20);
        await WhenAsync(() => _read.Count >= 5 * Keys);

        RouteTable table = another.Services.GetRequiredService<RouteTable>();
        object settings = new { attribute = "subject", lanes = new[] { new { name = "even" }, new { name = "odd" } } };
        await table.ChangeAsync(
            (await table.FindAsync(Channel, Timeout)).Insert(new Stage("tiers", "lanes") { Settings = JsonSerializer.SerializeToElement(settings) }), cancellationToken: Timeout);
        await publishing;
        await PublishAsync(host, 20, 10);
        await WhenAsync(() => _read.Count >= 30 * Keys);

        foreach (IGrouping<string, (string Key, int Number)> key in _read.GroupBy(one => one.Key))
        {
            key.Select(one => one.Number).ShouldBe(Enumerable.Range(0, 30), key.Key);
        }

        (await ReadIdsAsync(host, $"{Channel}.even", 10 * ((Keys + 1) / 2))).ShouldNotBeEmpty();
        (await ReadIdsAsync(host, $"{Channel}.odd", 10 * (Keys / 2))).ShouldNotBeEmpty();
        await another.StopAsync(Timeout);
        await host.StopAsync(Timeout);
    }

    private Stage Mirror() => new("copy", "mirror") { Settings = JsonSerializer.SerializeToElement(new { to = $"copies-{_run}" }) };

    private async Task<IHost> StartAsync(KafkaBrokerOptions options)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseKafka(options).AddAgent(
            $"reader-{_run}",
            agent => agent.On(Channel, (int number, AgentContext context) => _read.Enqueue((context.Self.Key, number))),
            agent => agent.Partitions = 2));
        IHost host = builder.Build();
        await host.StartAsync(Timeout);
        return host;
    }

    private CloudEvent EventOf(int key, int number) => new(Channel, "/tests", TimeProvider.System)
    {
        Subject = key % 2 == 0 ? "even" : "odd",
        DataContentType = "application/json",
        Data = JsonSerializer.SerializeToUtf8Bytes(number),
    };

    private async Task PublishAsync(IHost host, int first, int count)
    {
        IEventPublisher publisher = host.Services.GetRequiredService<IEventPublisher>();
        for (int number = first; number < first + count; number++)
        {
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(key => publisher.PublishAsync(Channel, EventOf(key, number), $"key-{key}", Timeout).AsTask()));
        }
    }

    // At least so many; what comes behind shows that there are no more, and nobody publishes by then.
    private static async Task<List<string>> ReadIdsAsync(IHost host, string topic, int count)
    {
        IEventBroker broker = host.Services.GetRequiredService<IEventBroker>();
        TopicDescription description = (await broker.Topics.FindAsync(topic, Timeout))!;
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = description.Partitions.ToDictionary(one => new TopicPartition(topic, one.Partition), _ => OffsetPosition.Earliest) }, Timeout);
        var ids = new List<string>();
        while (ids.Count < count || description.Partitions.Any(one => reader.GetPosition(new TopicPartition(topic, one.Partition)) < one.LatestOffset - 1))
        {
            ConsumedBatch batch = await reader.ReadAsync(Timeout);
            ids.AddRange(batch.Records.Select(record => EventCodec.Decode(record.Record, topic, batch.Partition.Partition, record.Offset).Id));
        }

        return ids;
    }

    private static async Task WhenAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Timeout);
        }
    }
}
