using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Actors;

/// <summary>Agents that are registered while their host runs, and what they remember.</summary>
public sealed class RegistrationTests
{
    public sealed record Add(int Number);

    public sealed class Counter(string name) : Agent, IHandle<Add, string>
    {
        public ValueTask<string> HandleAsync(Add message, MessageContext context)
        {
            int sum = context.Agent.GetState<int>() + message.Number;
            context.Agent.SetState(sum);
            return ValueTask.FromResult($"{name} {context.Agent.Self.Key} {sum}");
        }
    }

    public sealed class Room : Agent, IHandle<Add, int>, IDisposable
    {
        private int _sum;

        public bool IsDisposed { get; private set; }

        public ValueTask<int> HandleAsync(Add message, MessageContext context) => ValueTask.FromResult(_sum += message.Number);

        public void Dispose() => IsDisposed = true;
    }

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    private static AgentId Id(string agent, string key) => new(new AgentType(agent), key);

    private static IAgentRuntime RuntimeOf(IHost host) => host.Services.GetRequiredService<IAgentRuntime>();

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_is_registered_while_the_host_runs_is_reached_from_everywhere_and_stops_with_the_host()
    {
        await using var host = new AgentTestHost();
        IAgentRuntime asking = RuntimeOf(await host.RunAsync(_ => { }));
        await host.RunAsync(ganglion => ganglion.Services.AddSingleton("from services"));
        IAgentRuntime runtime = RuntimeOf(host.Host);

        await runtime.RegisterAgentFactoryAsync(
            new AgentType("counter"), (id, services) => new Counter($"{services.GetRequiredService<string>()} {id}"), cancellationToken: Timeout);

        (await asking.SendMessageAsync<string>(new Add(2), Id("counter", "a"), cancellationToken: Timeout)).ShouldBe("from services counter/a a 2");
        (await asking.SendMessageAsync<string>(new Add(3), Id("counter", "a"), cancellationToken: Timeout)).ShouldBe("from services counter/a a 5");
        host.Host.Services.GetRequiredService<IAgentStatuses>().List().ShouldBe([new AgentStatus(new AgentType("counter"), IsWorking: true)]);
        AgentDefinitionException twice = await Should.ThrowAsync<AgentDefinitionException>(() => runtime.RegisterAgentFactoryAsync(
            new AgentType("counter"), (_, _) => new Counter(""), cancellationToken: Timeout).AsTask());
        twice.Message.ShouldContain("'counter'");

        await host.StopAsync();

        (await host.Broker.Groups.FindAsync("counter", Timeout)).ShouldNotBeNull().Members.ShouldBeEmpty();
        (await asking.ListAgentsAsync(cancellationToken: Timeout)).ShouldBeEmpty();
        await Should.ThrowAsync<UndeliverableException>(
            () => asking.SendMessageAsync<string>(new Add(1), Id("counter", "a"), cancellationToken: Timeout).AsTask());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_registered_object_handles_what_is_sent_to_its_instance_and_nothing_else()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(_ => { });
        IAgentRuntime runtime = RuntimeOf(host.Host);
        using var room = new Room();

        await runtime.RegisterAgentInstanceAsync(Id("room", "blue"), room, cancellationToken: Timeout);

        (await runtime.SendMessageAsync<int>(new Add(2), Id("room", "blue"), cancellationToken: Timeout)).ShouldBe(2);
        (await runtime.SendMessageAsync<int>(new Add(3), Id("room", "blue"), cancellationToken: Timeout)).ShouldBe(5);
        room.IsDisposed.ShouldBeFalse();
        RequestFailedException refused = await Should.ThrowAsync<RequestFailedException>(
            () => runtime.SendMessageAsync<int>(new Add(3), Id("room", "red"), cancellationToken: Timeout).AsTask());
        refused.Reason.ShouldBe("agent-instance-unknown");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_cannot_be_registered_in_a_host_that_does_not_run()
    {
        await using ServiceProvider services = new ServiceCollection().AddGanglion(ganglion => ganglion.UseVolatileBroker()).BuildServiceProvider();

        InvalidOperationException refused = await Should.ThrowAsync<InvalidOperationException>(
            () => services.GetRequiredService<IAgentRuntime>().RegisterAgentFactoryAsync(new AgentType("counter"), (_, _) => new Counter("")).AsTask());

        refused.Message.ShouldContain("Start the host first");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_an_instance_remembers_can_be_saved_and_loaded_into_another_and_through_a_restart()
    {
        await using var host = new AgentTestHost();
        void Configure(GanglionBuilder ganglion) => ganglion.AddAgent("notes", agent => agent
            .OnRequest("set", (string text, AgentContext context) => context.SetState(text))
            .OnRequest("keep", (AgentContext context) => context.SetState(new byte[] { 1, 2, 3 }))
            .OnRequest("get", (AgentContext context) => context.GetState<string>())
            .OnRequest("bytes", (AgentContext context) => context.GetState<byte[]>()!.Length));
        await host.RunAsync(Configure);
        IAgentRuntime runtime = RuntimeOf(host.Host);
        await runtime.SendMessageAsync("remember", Id("notes", "a"), "set", cancellationToken: Timeout);

        JsonElement saved = await runtime.SaveAgentStateAsync(Id("notes", "a"), Timeout);
        await runtime.LoadAgentStateAsync(Id("notes", "b"), saved, Timeout);
        await host.StopAsync();
        await host.RunAsync(Configure);
        runtime = RuntimeOf(host.Host);

        saved.GetProperty("data").GetString().ShouldBe("remember");
        (await runtime.SendMessageAsync<string>("", Id("notes", "b"), "get", cancellationToken: Timeout)).ShouldBe("remember");

        await runtime.LoadAgentStateAsync(Id("notes", "b"), await runtime.SaveAgentStateAsync(Id("notes", "nobody"), Timeout), Timeout);
        (await runtime.SendMessageAsync<string>("", Id("notes", "b"), "get", cancellationToken: Timeout)).ShouldBeNull();

        await runtime.SendMessageAsync("", Id("notes", "c"), "keep", cancellationToken: Timeout);
        await runtime.LoadAgentStateAsync(Id("notes", "d"), await runtime.SaveAgentStateAsync(Id("notes", "c"), Timeout), Timeout);
        (await runtime.SendMessageAsync<int>("", Id("notes", "d"), "bytes", cancellationToken: Timeout)).ShouldBe(3);

        foreach (object other in new object[] { "no state", new { text = "no state" } })
        {
            RequestFailedException refused = await Should.ThrowAsync<RequestFailedException>(
                () => runtime.LoadAgentStateAsync(Id("notes", "d"), JsonSerializer.SerializeToElement(other), Timeout).AsTask());
            refused.Reason.ShouldBe("state-unreadable");
        }

        (await runtime.SendMessageAsync<int>("", Id("notes", "d"), "bytes", cancellationToken: Timeout)).ShouldBe(3);
    }
}
