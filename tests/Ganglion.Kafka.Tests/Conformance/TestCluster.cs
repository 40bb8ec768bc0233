using System.Net;
using System.Text.RegularExpressions;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Kafka.Tests.Conformance;

[assembly: AssemblyFixture(typeof(TestCluster))]

namespace Ganglion.Kafka.Tests.Conformance;

/// <summary>
/// What the suite runs on: the cluster that GANGLION_TEST_KAFKA names, <c>host:port</c>; if it names none, an embedded broker that listens
/// for clients of Kafka. Topics that the run has left behind are deleted at its end.
/// </summary>
public sealed partial class TestCluster : IAsyncLifetime
{
    private const string Variable = "GANGLION_TEST_KAFKA";

    private EmbeddedBroker? _broker;
    private KafkaListener? _listener;
    private HashSet<string> _before = [];

    /// <summary>Where the cluster is.</summary>
    public static string BootstrapServers { get; private set; } = "";

    /// <summary>Whether it is a cluster of Kafka's own.</summary>
    public static bool IsReal => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    public async ValueTask InitializeAsync()
    {
        if (IsReal)
        {
            BootstrapServers = Environment.GetEnvironmentVariable(Variable)!;
            _before = await ListAsync();
            return;
        }

        _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { CleanupInterval = TimeSpan.FromMilliseconds(200) });
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

        await using KafkaBroker broker = Open();
        foreach (string name in (await ListAsync()).Except(_before).Where(name => OfATest().IsMatch(name)))
        {
            await broker.Topics.DeleteAsync(name);
        }
    }

    private static async Task<HashSet<string>> ListAsync()
    {
        await using KafkaBroker broker = Open();
        return [.. (await broker.Topics.ListAsync()).Select(topic => topic.Name)];
    }

    private static KafkaBroker Open() => KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = BootstrapServers });

    [GeneratedRegex(@"\.[0-9a-f]{32}(\.|$)")]
    private static partial Regex OfATest();
}
