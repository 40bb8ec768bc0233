using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Conformance;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>A broker in a data folder for the conformance suite.</summary>
/// <param name="tailCacheBytes">How much is read from memory; with nothing, every read comes from the segments.</param>
internal sealed class DurableBrokerFixture(long tailCacheBytes = 64 * 1024 * 1024) : BrokerFixture
{
    private readonly TemporaryFolder _folder = new();

    public override async ValueTask<IEventBroker> OpenAsync(bool autoCreateTopics = true) =>
        await EmbeddedBroker.OpenAsync(_folder.Path, new EmbeddedBrokerOptions
        {
            AutoCreateTopics = autoCreateTopics,
            TailCacheBytes = tailCacheBytes,
            CleanupInterval = TimeSpan.FromMilliseconds(100),
        });

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }
}
