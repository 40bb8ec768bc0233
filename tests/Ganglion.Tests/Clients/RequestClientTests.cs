using Ganglion.Agents;
using Ganglion.Clients;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Clients;

public sealed class RequestClientTests
{
    [Fact(Timeout = 60_000)]
    public async Task Whoever_comes_while_too_many_requests_wait_waits_for_room()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("agent", agent => agent
            .OnRequest("sleep", (AgentContext context) => context.DelayAsync(TimeSpan.FromDays(1)))
            .OnRequest("answer", (AgentContext _) => 7)));
        await using var client = new RequestClient(
            host.Broker, "/test", mostPending: 1, new RequestMetrics(null), TimeProvider.System, NullLogger.Instance);
        var agent = new AgentId(new AgentType("agent"), "a");
        using var patience = new CancellationTokenSource();
        Task first = client.SendAsync(agent, "sleep", null, Timeout.InfiniteTimeSpan, patience.Token).AsTask();

        await Should.ThrowAsync<RequestTimeoutException>(
            () => client.SendAsync(agent, "answer", null, TimeSpan.FromMilliseconds(20), AgentTestHost.Timeout).AsTask());

        Task waiting = client.SendAsync(agent, "answer", null, Timeout.InfiniteTimeSpan, AgentTestHost.Timeout).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        await waiting;
    }

    [Fact(Timeout = 60_000)]
    public async Task When_the_broker_is_closed_whoever_waits_is_told()
    {
        await using var host = new AgentTestHost();
        await using var client = new RequestClient(
            host.Broker, "/test", mostPending: 1, new RequestMetrics(null), TimeProvider.System, NullLogger.Instance);
        Task waiting = client.SendAsync(
            new AgentId(new AgentType("agent"), "a"), "answer", null, Timeout.InfiniteTimeSpan, AgentTestHost.Timeout).AsTask();
        await host.ReadAsync("agent.inbox", 1);

        await host.Broker.DisposeAsync();

        (await Should.ThrowAsync<ObjectDisposedException>(() => waiting)).Message.ShouldContain("The broker was closed");
    }
}
