using Ganglion.Brokers.Embedded;
using Ganglion.Registry;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Registry;

public sealed class AgentRegistryTests
{
    [Fact(Timeout = 60_000)]
    public async Task When_the_broker_is_closed_nothing_is_announced_any_more()
    {
        var time = new ManualTime();
        EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using var registry = new AgentRegistry(broker, "/test", time, NullLogger.Instance);
        await registry.AnnounceAsync([new HostedAgent("worker", [], [])], AgentTestHost.Timeout);

        await broker.DisposeAsync();
        time.Advance(AgentRegistry.Heartbeat);

        await registry.Ended.WaitAsync(AgentTestHost.Timeout);
    }
}
