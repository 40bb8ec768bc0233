using System.Collections.Concurrent;
using System.Diagnostics;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

/// <summary>Agents while the cluster has trouble: each test has a cluster of its own.</summary>
public sealed class AgentOutageTests : IAsyncLifetime
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private MockCluster _cluster = null!;
    private int _begun;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await MockCluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _gate.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Agents_that_start_before_the_cluster_work_when_it_is_there()
    {
        await _cluster.SetAllAsync(isUp: false);
        using IHost host = CreateHost();
        Task starting = host.StartAsync(Timeout);
        await _cluster.SetAllAsync(isUp: true);
        await starting;

        await PublishAsync(host, 0, 10);
        await WhenCountedAsync(10);
        await host.StopAsync(Timeout);
    }

    [Fact(Timeout = 120_000)]
    public async Task Agents_go_on_when_a_cluster_that_was_away_is_back()
    {
        using IHost host = CreateHost();
        await host.StartAsync(Timeout);
        await PublishAsync(host, 0, 10);
        await WhenCountedAsync(10);

        await _cluster.SetAllAsync(isUp: false);
        Task publishing = PublishAsync(host, 10, 20);
        await _cluster.SetAllAsync(isUp: true);
        await publishing;

        await WhenCountedAsync(20);
        await host.StopAsync(Timeout);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(26, 47)] // EndTxn: the transaction's time is over, and a newer epoch has aborted it.
    [InlineData(26, 90)] // EndTxn: a newer producer has taken over.
    [InlineData(28, 25)] // TxnOffsetCommit: the group does not know the member.
    [InlineData(28, 22)] // TxnOffsetCommit: the group has another generation.
    [InlineData(12, 25)] // Heartbeat: the group does not know the member.
    [InlineData(0, 10)] // Produce: too large a batch.
    public async Task Agents_go_on_after_a_refusal(int request, int refusal)
    {
        using IHost host = CreateHost();
        await host.StartAsync(Timeout);
        await PublishAsync(host, 0, 10);
        await WhenCountedAsync(10);

        await _cluster.FailNextAsync(request, refusal);
        await PublishAsync(host, 10, 20);

        await WhenCountedAsync(20);
        await host.StopAsync(Timeout);
    }

    [Fact(Timeout = 120_000)]
    public async Task Agents_that_may_not_use_their_group_say_what_is_missing_and_work_when_they_may()
    {
        // JoinGroup: the user may not use the group.
        await _cluster.FailNextAsync(11, 30, 30, 30, 30);
        using IHost host = CreateHost();
        await host.StartAsync(Timeout);

        IAgentStatuses statuses = host.Services.GetRequiredService<IAgentStatuses>();
        string? reason = null;
        for (int looked = 1; reason is null; looked++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
            reason = statuses.List().Single().Reason;
            if (looked % 200 == 0)
            {
                // It has got into the group before anybody looked: it is refused once more when it comes again.
                await _cluster.FailNextAsync(11, 30, 30, 30, 30);
                await _cluster.FailNextAsync(12, 25);
            }
        }

        reason.ShouldContain("'counter'");
        reason.ShouldContain("Grant Read");
        await PublishAsync(host, 0, 10);
        await WhenCountedAsync(10);
        await host.StopAsync(Timeout);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)] // Handlers have finished meanwhile, and nothing of it can be committed.
    public async Task A_host_that_is_stopped_in_an_outage_does_not_wait_for_its_end(bool isBusy)
    {
        using IHost host = CreateHost();
        await host.StartAsync(Timeout);
        await PublishAsync(host, 0, 10);
        await WhenCountedAsync(10);
        if (isBusy)
        {
            _gate.Reset();
            await PublishAsync(host, 10, 20);
            while (Volatile.Read(ref _begun) == 10)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), Timeout);
            }
        }

        await _cluster.SetAllAsync(isUp: false);
        _gate.Set();
        await WhenCountedAsync(isBusy ? 11 : 10);
        long began = Stopwatch.GetTimestamp();
        await host.StopAsync(Timeout);

        // Kafka's patience with a request is longer by far.
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(ShutdownTimeout + TimeSpan.FromSeconds(25));
    }

    private IHost CreateHost()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.AddGanglion(ganglion => ganglion
            .UseKafka(MockBroker.OptionsFor(_cluster) with { Consumer = new KafkaConsumerOptions { SessionTimeout = MockCluster.ShortSession } })
            .AddAgent("counter", agent => agent.On(
                "word",
                (string word, AgentContext context) =>
                {
                    Interlocked.Increment(ref _begun);
                    _gate.Wait(Timeout);
                    context.SetState(context.GetState<int>() + 1);
                    _counts.AddOrUpdate(word, 1, static (_, count) => count + 1);
                })));
        return builder.Build();
    }

    private static async Task PublishAsync(IHost host, int from, int to)
    {
        IEventPublisher publisher = host.Services.GetRequiredService<IEventPublisher>();
        for (int number = from; number < to; number++)
        {
            bool isPublished = false;
            while (!isPublished)
            {
                try
                {
                    await publisher.PublishAsync("word", $"{number}", key: $"{number % 4}", cancellationToken: Timeout);
                    isPublished = true;
                }
                catch (RecordTooLargeException)
                {
                    // The refusal was meant for whoever came first.
                }
            }
        }
    }

    private async Task WhenCountedAsync(int words)
    {
        while (_counts.Count < words)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Timeout);
        }
    }
}
