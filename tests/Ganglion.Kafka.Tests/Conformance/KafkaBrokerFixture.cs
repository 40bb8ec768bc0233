using Ganglion.Brokers;
using Ganglion.Conformance;

namespace Ganglion.Kafka.Tests.Conformance;

/// <summary>A <see cref="KafkaBroker"/> on the <see cref="TestCluster"/>.</summary>
/// <param name="waitsForCleanup">Whether a test waits for what the cluster does now and then only.</param>
internal sealed class KafkaBrokerFixture(bool waitsForCleanup = false) : BrokerFixture
{
    // What a cluster allows a member at least, by default: group.min.session.timeout.ms.
    public override TimeSpan ShortestPollInterval => TimeSpan.FromSeconds(6);

    public override bool ShowsHandOvers => false;

    public override TimeSpan Patience => TestCluster.Patience + (waitsForCleanup ? TestCluster.CleanupInterval : TimeSpan.Zero);

    // What Kafka 4 takes (KIP-1030).
    public override int SmallestSegmentBytes => TestCluster.IsReal ? 1024 * 1024 : base.SmallestSegmentBytes;

    public override ValueTask<IEventBroker> OpenAsync(bool autoCreateTopics = true) => new(KafkaBroker.Open(new KafkaBrokerOptions
    {
        BootstrapServers = TestCluster.BootstrapServers,
        AutoCreateTopics = autoCreateTopics,
    }));
}
