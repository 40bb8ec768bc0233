using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Conformance;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>A broker in a data folder for the conformance suite.</summary>
internal sealed class DurableBrokerFixture : BrokerFixture
{
    private readonly TemporaryFolder _folder = new();

    public override async ValueTask<IEventBroker> OpenAsync(bool autoCreateTopics = true) =>
        await EmbeddedBroker.OpenAsync(_folder.Path, new EmbeddedBrokerOptions
        {
            AutoCreateTopics = autoCreateTopics,
            CleanupInterval = TimeSpan.FromMilliseconds(100),
        });

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }
}
