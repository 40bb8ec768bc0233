using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>What clients cost that are there and do nothing, or announce what they do not send, or do not take what they ask for.</summary>
// Alone: it is the memory of the whole process that is measured.
[CollectionDefinition(nameof(ManyConnectionsTests), DisableParallelization = true)]
[Collection(nameof(ManyConnectionsTests))]
public sealed class ManyConnectionsTests
{
    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Two_thousand_connections_take_less_than_a_hundred_megabytes()
    {
        const int connections = 2000;
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using KafkaListener listener = await ListenerClient.ListenAsync(broker);
        var clients = new List<ListenerClient>(connections);
        try
        {
            await ConnectAsync(listener, clients, 10);
            long before = MeasureMemory();

            await ConnectAsync(listener, clients, connections);

            // That of the clients is in it.
            (MeasureMemory() - before).ShouldBeLessThan(50L * 1024 * connections);
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_announced_and_not_sent_takes_no_memory()
    {
        const int connections = 100;
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using KafkaListener listener = await KafkaListener.StartAsync(broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        var clients = new List<ListenerClient>(connections);
        try
        {
            await ConnectAsync(listener, clients, connections);
            long before = GC.GetTotalAllocatedBytes();

            // 100 MiB each. What comes behind it tells that it was read.
            foreach (ListenerClient client in clients)
            {
                await client.SendAsync([.. ListenerClient.Encode(ApiKey.ApiVersions, 0, 1, _ => { }), 0x06, 0x40, 0, 0]);
                await client.ReceiveAsync();
                await client.SendAsync(new byte[10]);
            }

            await clients[0].SendAsync(new byte[1000]);
            (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(256L * 1024 * connections);
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Whoever_asks_for_much_and_takes_nothing_is_not_read_for_any_further()
    {
        const int batches = 16;
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, new EmbeddedBrokerOptions { TailCacheBytes = 0 }, Deadline);
        await using KafkaListener listener = await ListenerClient.ListenAsync(broker);
        await using ListenerClient writer = ListenerClient.Connect(listener);
        await broker.Topics.CreateAsync("t", cancellationToken: Deadline);
        for (int i = 0; i < batches; i++)
        {
            await writer.ProduceAsync("t", ProducedBatches.Encode(-1, -1, -1, [new string('x', 900_000)], isTransactional: false));
        }

        await using ListenerClient client = ListenerClient.Connect(listener);
        byte[] fetch = ListenerClient.Encode(ApiKey.Fetch, 4, 1, body => ProduceRequests.WriteFetch(body, "t", 0));
        long before = MeasureMemory();

        // Each is answered with all there is.
        await client.SendAsync([.. Enumerable.Repeat(fetch, 100).SelectMany(one => one)]);
        await client.WhenAnsweredAsync();
        await WhenNothingIsTakenAnyMoreAsync();

        (MeasureMemory() - before).ShouldBeLessThan(3L * batches * 900_000);
    }

    private static async Task ConnectAsync(KafkaListener listener, List<ListenerClient> clients, int count)
    {
        while (clients.Count < count)
        {
            ListenerClient client = ListenerClient.Connect(listener);
            clients.Add(client);
            await client.AskAsync(ApiKey.ApiVersions, 0, _ => { });
        }
    }

    private static async Task WhenNothingIsTakenAnyMoreAsync()
    {
        const int little = 1024 * 1024;
        for (long before = 0, now = GC.GetTotalAllocatedBytes(); now - before > little; (before, now) = (now, GC.GetTotalAllocatedBytes()))
        {
            await Task.Delay(100, Deadline);
        }
    }

    private static long MeasureMemory() => GC.GetTotalMemory(forceFullCollection: true);
}
