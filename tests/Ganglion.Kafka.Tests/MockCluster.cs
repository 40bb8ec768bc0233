using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Tests;

/// <summary>
/// A Kafka cluster in a process of its own: tests/MockKafka. Fits a test (<c>await using</c> what <see cref="StartAsync"/> returns) and a
/// class of tests (<c>IClassFixture&lt;MockCluster&gt;</c>). It forgets everything when it ends, and it ends with the process of the tests.
/// </summary>
/// <remarks>
/// Topics appear on first use, with four partitions. It neither creates nor describes topics at the request of clients, does not keep
/// what transactions commit for groups, and gives readers of committed records what was aborted, too. Where a real broker goes on with a
/// rebalance as soon as all members have joined again, it waits until a second before the end of the session timeout, each time.
/// </remarks>
public sealed class MockCluster : IAsyncLifetime
{
    /// <summary>A session timeout with which a rebalance takes seconds only: one member more takes two of them.</summary>
    public static readonly TimeSpan ShortSession = TimeSpan.FromSeconds(2);

    private readonly int _brokers;
    private MockKafkaProcess _process = null!;

    /// <summary>A cluster of three brokers, which are called 1, 2 and 3.</summary>
    public MockCluster()
        : this(brokers: 3)
    {
    }

    private MockCluster(int brokers) => _brokers = brokers;

    /// <summary>The addresses of all brokers, for <c>bootstrap.servers</c>.</summary>
    public string BootstrapServers => _process.BootstrapServers;

    /// <summary>Starts a cluster.</summary>
    /// <param name="brokers">How many brokers it has. They are called 1, 2 and so on.</param>
    public static async Task<MockCluster> StartAsync(int brokers = 3)
    {
        var cluster = new MockCluster(brokers);
        await cluster.InitializeAsync();
        return cluster;
    }

    /// <summary>Starts it. Clients of this process have the same native client from here on.</summary>
    public async ValueTask InitializeAsync()
    {
        NativeClient.Load();
        _process = await MockKafkaProcess.StartAsync(_brokers);
    }

    public Task CreateTopicAsync(string topic, int partitions, int replication = 1) =>
        SendAsync($"create-topic {topic} {partitions} {replication}");

    public Task DeleteTopicAsync(string topic) => SendAsync($"delete-topic {topic}");

    /// <summary>Answers whoever asks about a topic with an error of Kafka's protocol; 0: with none any more.</summary>
    public Task SetTopicErrorAsync(string topic, int error) => SendAsync($"topic-error {topic} {error}");

    /// <summary>Lets all brokers close their connections and refuse new ones, or be there again.</summary>
    public async Task SetAllAsync(bool isUp)
    {
        for (int broker = 1; broker <= _brokers; broker++)
        {
            await (isUp ? SetUpAsync(broker) : SetDownAsync(broker));
        }
    }

    /// <summary>Lets a broker close all connections, and refuse new ones.</summary>
    public Task SetDownAsync(int broker) => SendAsync($"down {broker}");

    public Task SetUpAsync(int broker) => SendAsync($"up {broker}");

    /// <summary>Lets a broker, or all of them (-1), answer so much later.</summary>
    public Task SetLatencyAsync(int broker, TimeSpan latency) => SendAsync($"latency {broker} {(int)latency.TotalMilliseconds}");

    /// <summary>Answers the next requests of a kind with these errors of Kafka's protocol; -195 closes the connection instead.</summary>
    /// <param name="apiKey">The kind of request: 0 is Produce, 1 Fetch, 26 EndTxn, and so on.</param>
    /// <param name="errors">An error for each of the next requests.</param>
    public Task FailNextAsync(int apiKey, params int[] errors) => SendAsync($"errors {apiKey} {string.Join(' ', errors)}");

    public Task SetLeaderAsync(string topic, int partition, int broker) => SendAsync($"partition-leader {topic} {partition} {broker}");

    /// <summary>Lets a broker coordinate a group, also while it is down.</summary>
    public Task SetGroupCoordinatorAsync(string groupId, int broker) => SendAsync($"coordinator group {groupId} {broker}");

    /// <summary>Lets a broker coordinate the transactions of a transactional id, also while it is down.</summary>
    public Task SetTransactionCoordinatorAsync(string transactionalId, int broker) => SendAsync($"coordinator transaction {transactionalId} {broker}");

    /// <summary>Waits until the process has ended by itself, because nobody can send it anything any more.</summary>
    public Task CloseAsync() => _process.CloseAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private Task SendAsync(string command) => _process.SendAsync(command);
}
