using Ganglion.Brokers;
using Ganglion.Conformance;

namespace Ganglion.Kafka.Tests.Conformance;

/// <summary>A <see cref="KafkaBroker"/> on the <see cref="TestCluster"/>.</summary>
internal sealed class KafkaBrokerFixture : BrokerFixture
{
    // What a cluster allows a member at least, by default: group.min.session.timeout.ms.
    public override TimeSpan ShortestPollInterval => TimeSpan.FromSeconds(6);

    public override bool ShowsHandOvers => false;

    public override TimeSpan Patience => TimeSpan.FromSeconds(60);

    public override ValueTask<IEventBroker> OpenAsync(bool autoCreateTopics = true) => new(KafkaBroker.Open(new KafkaBrokerOptions
    {
        BootstrapServers = TestCluster.BootstrapServers,
        AutoCreateTopics = autoCreateTopics,
    }));
}
