using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Hosting;

public sealed class AgentHostTests
{
    [Fact(Timeout = 60_000)]
    public async Task Agents_that_have_begun_stop_when_another_one_cannot()
    {
        await using var host = new AgentTestHost();

        await Should.ThrowAsync<InvalidOperationException>(() => host.RunAsync(ganglion => ganglion
            .UseBroker(new ExclusiveBroker(host.Broker))
            .AddAgent("first", agent => agent.On<Note>("notes", (_, _) => { }))
            .AddAgent("second", agent => agent.On<Note>("letters", (_, _) => { }))));

        (await host.Broker.Groups.FindAsync("first", AgentTestHost.Timeout))?.Members.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_runs_is_working_and_one_that_has_stopped_is_not()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("first", agent => agent.On<Note>("notes", (_, _) => { })));
        IAgentStatuses statuses = host.Host.Services.GetRequiredService<IAgentStatuses>();

        statuses.List().ShouldBe([new AgentStatus(new AgentType("first"), IsWorking: true)]);
        await host.Host.StopAsync(AgentTestHost.Timeout);

        statuses.List().ShouldHaveSingleItem().IsWorking.ShouldBeFalse();
    }

    [Fact]
    public async Task An_agent_is_not_working_before_its_host_has_started()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddGanglion(ganglion => ganglion.UseVolatileBroker().AddAgent("first", agent => agent.On<Note>("notes", (_, _) => { })))
            .BuildServiceProvider();

        services.GetRequiredService<IAgentStatuses>().List().ShouldHaveSingleItem().IsWorking.ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task Agents_of_a_host_that_does_not_start_because_of_somebody_else_are_not_taken_for_broken()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion
            .UseVolatileBroker()
            .AddAgent("first", agent => agent.On<Note>("notes", (_, _) => { }))
            .Services.AddHostedService<BrokenServer>());
        IHost host = builder.Build();
        IAgentStatuses statuses = host.Services.GetRequiredService<IAgentStatuses>();

        await Should.ThrowAsync<IOException>(() => host.StartAsync(AgentTestHost.Timeout));
        await ((IAsyncDisposable)host).DisposeAsync();

        statuses.List().ShouldHaveSingleItem().Reason.ShouldBe("Its host is disposed of.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_whose_agents_were_looked_at_may_be_disposed_of_without_being_stopped()
    {
        IHost host = Start();
        await host.StartAsync(AgentTestHost.Timeout);
        IAgentStatuses statuses = host.Services.GetRequiredService<IAgentStatuses>();

        await ((IAsyncDisposable)host).DisposeAsync();

        statuses.List().ShouldHaveSingleItem().Reason.ShouldBe("Its host is disposed of.");

        static IHost Start()
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.AddGanglion(ganglion => ganglion.UseVolatileBroker().AddAgent("first", agent => agent.On<Note>("notes", (_, _) => { })));
            return builder.Build();
        }
    }

    private sealed class BrokenServer : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new IOException("The address is in use.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class ExclusiveBroker(IEventBroker broker) : DelegatingBroker(broker)
    {
        public override ValueTask<IEventConsumer> CreateConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken = default) =>
            options.GroupId == "second"
                ? throw new InvalidOperationException("There is no second one.")
                : base.CreateConsumerAsync(options, cancellationToken);
    }
}
