using System.Net;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Conformance;
using Ganglion.Kafka.Tests.Conformance;

[assembly: AssemblyFixture(typeof(TestCluster))]

// Most of the time tests wait for groups and timeouts of clusters.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace Ganglion.Kafka.Tests.Conformance;

/// <summary>
/// What the suite runs on: the cluster that GANGLION_TEST_KAFKA names, <c>host:port</c>; if it names none, an embedded broker that listens
/// for clients of Kafka. Topics and groups of the run are deleted at its end.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    private const string Variable = "GANGLION_TEST_KAFKA";

    private static readonly TimeSpan OwnCleanupInterval = TimeSpan.FromMilliseconds(200);

    private EmbeddedBroker? _broker;
    private KafkaListener? _listener;

    /// <summary>Where the cluster is.</summary>
    public static string BootstrapServers { get; private set; } = "";

    /// <summary>Whether it is a cluster of Kafka's own.</summary>
    public static bool IsReal => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>After how long it has looked for records that are to be removed.</summary>
    public static TimeSpan CleanupInterval { get; private set; } = OwnCleanupInterval;

    /// <summary>How long a test waits: the brokers of a real cluster are asked over a network, and a new group waits 3 s for its members.</summary>
    public static TimeSpan Patience => TimeSpan.FromMinutes(IsReal ? 3 : 1);

    public async ValueTask InitializeAsync()
    {
        if (IsReal)
        {
            BootstrapServers = Environment.GetEnvironmentVariable(Variable)!;
            await using KafkaBroker broker = Open(BootstrapServers);
            await broker.ReachAsync(TestContext.Current.CancellationToken);
            CleanupInterval = await CleanupSettings.AskAsync(BootstrapServers);
            return;
        }

        _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { CleanupInterval = OwnCleanupInterval });
        _listener = await KafkaListener.StartAsync(_broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        BootstrapServers = _listener.EndPoint.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
            await _broker!.DisposeAsync();
            return;
        }

        await CleanUpAsync(BootstrapServers);
    }

    /// <summary>Deletes what the tests of this process have left behind.</summary>
    internal static async Task CleanUpAsync(string servers)
    {
        await using KafkaBroker broker = Open(servers);
        using IAdminClient client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).SetLogHandler(static (_, _) => { }).Build();
        var left = new List<string>();
        foreach (ConsumerGroupListing group in (await client.ListConsumerGroupsAsync()).Valid.Where(group => IsOfThisRun(group.GroupId)))
        {
            await DeleteAsync(broker.Groups.DeleteAsync(group.GroupId), left);
        }

        foreach (TopicMetadata topic in client.GetMetadata(TimeSpan.FromSeconds(30)).Topics.Where(topic => IsOfThisRun(topic.Topic)))
        {
            await DeleteAsync(broker.Topics.DeleteAsync(topic.Topic), left);
        }

        left.ShouldBeEmpty("These could not be deleted.");
    }

    private static async Task DeleteAsync(ValueTask deletion, List<string> left)
    {
        try
        {
            await deletion;
        }
        catch (GanglionException exception) when (exception.Code is not ("topic-not-found" or "group-not-found"))
        {
            left.Add(exception.Message);
        }
    }

    private static KafkaBroker Open(string servers) => KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = servers });

    private static bool IsOfThisRun(string name) => name.StartsWith(BrokerConformance.NamePrefix, StringComparison.Ordinal);
}
