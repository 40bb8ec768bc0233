using System.Net;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.Health;

public sealed class HealthEndpointsTests
{
    [Fact]
    public async Task A_running_host_is_alive_and_ready()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.GetJsonAsync("/healthz")).GetProperty("status").GetString().ShouldBe("alive");
        (await host.GetJsonAsync("/readyz")).GetProperty("status").GetString().ShouldBe("ready");
    }

    [Fact]
    public async Task A_host_whose_broker_cannot_open_is_alive_but_not_ready()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddSingleton<IEventBroker>(
            _ => throw new StorageException("storage-unwritable", "The data folder is read-only.")));

        using HttpResponseMessage ready = await host.GetAsync("/readyz");

        JsonElement problem = await ready.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "not-ready");
        problem.GetProperty("detail").GetString()!.ShouldContain("read-only");
        (await host.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Topics_of_others_that_cannot_be_described_do_not_keep_a_host_from_being_ready()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddSingleton<IEventBroker>(new SharedCluster(broker)));

        (await host.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_host_one_of_whose_agents_does_not_work_is_not_ready()
    {
        var statuses = new Statuses();
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddSingleton<IAgentStatuses>(statuses));
        statuses.Agents = [new(new AgentType("first"), IsWorking: true), new(new AgentType("second"), IsWorking: false, "Its state is damaged.")];

        using HttpResponseMessage ready = await host.GetAsync("/readyz");

        JsonElement problem = await ready.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "not-ready");
        problem.GetProperty("detail").GetString().ShouldBe("The agent 'second' does not work: Its state is damaged.");
        statuses.Agents = [statuses.Agents[0]];
        (await host.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    // All topics cannot be described, for nobody leads one of them.
    private sealed class SharedCluster(EmbeddedBroker broker) : DelegatingBroker(broker), ITopicAdministration
    {
        public override ITopicAdministration Topics => this;

        public ValueTask<TopicDescription> CreateAsync(string name, TopicSettings? settings = null, CancellationToken cancellationToken = default) =>
            Inner.Topics.CreateAsync(name, settings, cancellationToken);

        public ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default) => Inner.Topics.DeleteAsync(name, cancellationToken);

        public ValueTask<TopicDescription?> FindAsync(string name, CancellationToken cancellationToken = default) => Inner.Topics.FindAsync(name, cancellationToken);

        public ValueTask<IReadOnlyList<TopicDescription>> ListAsync(CancellationToken cancellationToken = default) =>
            throw new TopicException("topic-not-found", "Nobody leads it.");

        public ValueTask<long> GetOffsetAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken = default) =>
            Inner.Topics.GetOffsetAsync(partition, position, cancellationToken);
    }

    private sealed class Statuses : IAgentStatuses
    {
        public IReadOnlyList<AgentStatus> Agents { get; set; } = [];

        public IReadOnlyList<AgentStatus> List() => Agents;
    }
}
