using Ganglion.Agents;
using Ganglion.Brokers.Embedded;
using Ganglion.Routes;
using Ganglion.Runtime;
using Ganglion.Runtime.Answers;
using Ganglion.Telemetry;

namespace Ganglion.Tests.Runtime.Answers;

public sealed class AnswerRelayTests
{
    [Fact(Timeout = 60_000)]
    public async Task When_the_broker_is_closed_no_more_answers_are_looked_for_and_nothing_is_logged()
    {
        using var log = new LogList();
        using var metrics = new AgentMetrics("worker", meters: null);
        EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        var worker = new AgentType("worker");
        var services = new AgentServices(worker, new RouteTable(broker, TimeProvider.System), Pauses: null!, Scopes: null!, Data: null!, TimeProvider.System, Circuits: null!, log);
        await using var relay = new AnswerRelay(new AgentTopics(worker, 1), services, metrics, broker, router: null!);
        await relay.AwaitAsync("answers", AgentTestHost.Timeout);

        await broker.DisposeAsync();

        await relay.Ended.WaitAsync(AgentTestHost.Timeout);
        log.Errors.ShouldBeEmpty();
    }
}
