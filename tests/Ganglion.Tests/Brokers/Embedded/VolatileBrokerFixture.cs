using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Conformance;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>A broker in memory for the conformance suite.</summary>
internal sealed class VolatileBrokerFixture : BrokerFixture
{
    public override ValueTask<IEventBroker> OpenAsync(bool autoCreateTopics = true) =>
        new(EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions
        {
            AutoCreateTopics = autoCreateTopics,
            CleanupInterval = TimeSpan.FromMilliseconds(100),
        }));
}
