using Ganglion.Agents;
using Ganglion.Hosting;
using Ganglion.Supervision;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Supervision;

/// <summary>Agents that break, and whom their supervisors restart for it.</summary>
public sealed class SupervisorTests
{
    private int _breaks;

    [Theory(Timeout = 60_000)]
    [InlineData(RestartStrategy.OneForOne, 0, 1, 0)]
    [InlineData(RestartStrategy.OneForAll, 1, 1, 1)]
    [InlineData(RestartStrategy.RestForOne, 0, 1, 1)]
    public async Task Whom_an_agent_takes_with_it_when_it_breaks(RestartStrategy strategy, int first, int second, int third)
    {
        _breaks = 1;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSupervisor("team", AtOnce(team => team.Strategy = strategy))
            .AddAgent("first", Work, UnderTeam)
            .AddAgent("second", BreakThenWork, UnderTeam)
            .AddAgent("third", Work, UnderTeam)
            .AddAgent("elsewhere", Work, Quick));

        await HandleOneAsync(host, "second");

        RestartsOf(host, "first", "second", "third", "elsewhere").ShouldBe([first, second, third, 0]);
        (await host.Broker.Topics.FindAsync("second.notes.dlq", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_supervisor_whose_children_break_too_often_is_restarted_by_its_own()
    {
        _breaks = 4;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSupervisor(SupervisorOptions.Root, AtOnce(_ => { }))
            .AddSupervisor("team", AtOnce(team => team.MaxRestarts = 2))
            .AddAgent("second", BreakThenWork, UnderTeam)
            .AddAgent("third", Work, UnderTeam)
            .AddAgent("elsewhere", Work, Quick));

        await HandleOneAsync(host, "second");

        // Two restarts, then the whole team, then one more.
        RestartsOf(host, "second", "third", "elsewhere").ShouldBe([4, 1, 0]);
    }

    [Fact(Timeout = 60_000)]
    public async Task When_the_root_gives_up_the_host_stops()
    {
        _breaks = int.MaxValue;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSupervisor(SupervisorOptions.Root, AtOnce(root => root.MaxRestarts = 1))
            .AddAgent("second", BreakThenWork, Quick));
        IHostApplicationLifetime lifetime = host.Host.Services.GetRequiredService<IHostApplicationLifetime>();
        var stopping = new TaskCompletionSource();
        using CancellationTokenRegistration _ = lifetime.ApplicationStopping.Register(stopping.SetResult);

        await host.AppendAsync("second.notes", "k", """{"number":1}""");

        await stopping.Task.WaitAsync(AgentTestHost.Timeout);
        SupervisorStatus root = StatusOf(host, SupervisorOptions.Root);
        root.IsWorking.ShouldBeFalse();
        root.Reason!.ShouldContain("restarted more than 1 times");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_effect_that_finds_its_agent_broken_is_done_again_after_the_restart()
    {
        int done = 0;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSupervisor(SupervisorOptions.Root, AtOnce(_ => { }))
            .AddAgent("worker", agent => agent.On("notes", async (Note note, AgentContext context) =>
            {
                await context.RunAsync("connect", _ => Interlocked.Increment(ref done) == 1
                    ? throw new AgentBrokenException("The connection is gone.")
                    : Task.CompletedTask);
                context.Publish("done", note);
            }), options => options.Retries = 0));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        await host.ReadAsync("done", 1);
        done.ShouldBe(2);
        (await host.Broker.Topics.FindAsync("notes.dlq", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Work_of_others_that_are_restarted_with_it_is_finished_and_none_is_lost()
    {
        _breaks = 3;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSupervisor("team", AtOnce(team => team.Strategy = RestartStrategy.OneForAll))
            .AddAgent("first", Work, UnderTeam)
            .AddAgent("second", BreakThenWork, UnderTeam));

        for (int i = 0; i < 200; i++)
        {
            await host.AppendAsync("first.notes", $"k{i}", $$"""{"number":{{i}}}""");
            await host.AppendAsync("second.notes", $"k{i}", $$"""{"number":{{i}}}""");
        }

        (await host.ReadAsync("first.done", 200)).Count.ShouldBe(200);
        (await host.ReadAsync("second.done", 200)).Count.ShouldBe(200);
        RestartsOf(host, "first")[0].ShouldBeGreaterThan(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_stops_while_an_agent_waits_to_be_registered_behind_a_restart()
    {
        _breaks = 1;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSupervisor("team", team =>
            {
                team.Strategy = RestartStrategy.OneForAll;
                team.RestartDelay = team.MaxRestartDelay = TimeSpan.FromDays(1);
            })
            .AddAgent("second", BreakThenWork, UnderTeam));
        await host.AppendAsync("second.notes", "k", """{"number":1}""");
        while (host.StatusOf("second").IsWorking)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }

        Task registering = host.Host.Services.GetRequiredService<IAgentRuntime>().RegisterAgentFactoryAsync(
            new AgentType("late"), (_, _) => new Late(() => false), UnderTeam, AgentTestHost.Timeout).AsTask();
        await host.Host.StopAsync(AgentTestHost.Timeout);

        await Should.ThrowAsync<InvalidOperationException>(() => registering);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_is_registered_while_the_host_runs_is_supervised_like_the_others()
    {
        _breaks = 1;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddSupervisor("team", AtOnce(team => team.Strategy = RestartStrategy.OneForAll))
            .AddAgent("first", Work, UnderTeam));
        await host.Host.Services.GetRequiredService<IAgentRuntime>().RegisterAgentFactoryAsync(
            new AgentType("late"), (_, _) => new Late(() => Interlocked.Decrement(ref _breaks) >= 0), UnderTeam, AgentTestHost.Timeout);

        await HandleOneAsync(host, "late");

        RestartsOf(host, "first", "late").ShouldBe([1, 1]);
    }

    [Fact]
    public void Everything_that_is_wrong_with_supervisors_is_told_at_once()
    {
        var configuration = new Dictionary<string, string?>
        {
            ["Ganglion:Supervisors:team:Strategy"] = "AllForNone",
            ["Ganglion:Supervisors:nobody:MaxRestarts"] = "3",
        };

        AgentDefinitionException exception = Should.Throw<AgentDefinitionException>(() => new AgentTestHost().RunAsync(
            ganglion => ganglion
                .AddSupervisor("team", team => team.MaxRestarts = -2)
                .AddSupervisor("twice", _ => { })
                .AddSupervisor("twice", _ => { })
                .AddSupervisor("a/b", _ => { })
                .AddSupervisor("one", one => one.Supervisor = "other")
                .AddSupervisor("other", other => other.Supervisor = "one")
                .AddSupervisor("lost", lost => lost.Supervisor = "nowhere")
                .AddAgent("orphan", Work, options => options.Supervisor = "unheard-of"),
            configuration: configuration));

        exception.Faults.ShouldContain("Ganglion:Supervisors:team:Strategy is 'AllForNone': set OneForOne or OneForAll or RestForOne.");
        exception.Faults.ShouldContain("Ganglion:Supervisors:team:MaxRestarts is -2: set 0 to 1000000, or -1 for no limit.");
        exception.Faults.ShouldContain("Ganglion:Supervisors:nobody means nothing: there is no supervisor 'nobody'. Add it by AddSupervisor.");
        exception.Faults.ShouldContain("The supervisor 'twice' is added more than once: give each its own name.");
        exception.Faults.ShouldContain(fault => fault.StartsWith("'a/b' cannot be the name of a supervisor", StringComparison.Ordinal));
        exception.Faults.ShouldContain("The supervisor 'one' is under itself: put one of one, other under 'root'.");
        exception.Faults.ShouldContain("Ganglion:Supervisors:lost:Supervisor is 'nowhere': there is none. Add it by AddSupervisor.");
        exception.Faults.ShouldContain("Ganglion:Agents:orphan:Supervisor is 'unheard-of': there is none. Add it by AddSupervisor.");
    }

    private static Action<SupervisorOptions> AtOnce(Action<SupervisorOptions> configure) => options =>
    {
        options.RestartDelay = TimeSpan.FromMilliseconds(1);
        configure(options);
    };

    private static void Quick(AgentOptions options) => options.Partitions = 2;

    private static void UnderTeam(AgentOptions options)
    {
        Quick(options);
        options.Supervisor = "team";
    }

    // Each has topics of its own, which are named after it.
    private static void Work(AgentBuilder agent)
    {
        foreach (string name in (string[])["first", "third", "elsewhere"])
        {
            agent.On<Note>($"{name}.notes", (note, context) => context.Publish($"{context.Self.Type}.done", note));
        }
    }

    private static int[] RestartsOf(AgentTestHost host, params string[] agents) => [.. agents.Select(agent => host.StatusOf(agent).Restarts)];

    private static SupervisorStatus StatusOf(AgentTestHost host, string supervisor) =>
        host.Host.Services.GetRequiredService<ISupervisorStatuses>().List().Single(status => status.Name == supervisor);

    // Whoever breaks over it has been restarted, with all that it takes along.
    private static async Task HandleOneAsync(AgentTestHost host, string agent)
    {
        await host.AppendAsync($"{agent}.notes", "k", """{"number":1}""");
        await host.ReadAsync($"{agent}.done", 1);
        IAgentStatuses statuses = host.Host.Services.GetRequiredService<IAgentStatuses>();
        while (!statuses.List().All(status => status.IsWorking))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }
    }

    private void BreakThenWork(AgentBuilder agent) => agent.On<Note>("second.notes", (note, context) =>
    {
        if (Interlocked.Decrement(ref _breaks) >= 0)
        {
            throw new AgentBrokenException("Its file is gone.");
        }

        context.Publish("second.done", note);
    });

    private sealed class Late(Func<bool> breaks) : Agent
    {
        [On("late.notes")]
        public void Handle(Note note, AgentContext context)
        {
            if (breaks())
            {
                throw new AgentBrokenException("Its file is gone.");
            }

            context.Publish("late.done", note);
        }
    }
}
