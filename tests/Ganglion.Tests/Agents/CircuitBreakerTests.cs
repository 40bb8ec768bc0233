using System.Collections.Concurrent;
using System.Text;
using Ganglion.Agents;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Polly.CircuitBreaker;

namespace Ganglion.Tests.Agents;

/// <summary>Effects whose dependency is down.</summary>
public sealed class CircuitBreakerTests
{
    private readonly ConcurrentQueue<int> _calls = new();
    private volatile bool _isDown = true;

    [Fact(Timeout = 60_000)]
    public async Task While_a_circuit_is_open_its_dependency_is_left_alone_and_nothing_is_parked()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddCircuitBreaker("bank", Sensitive)
            .AddAgent("payer", Pay, Strict)
            .AddAgent("other", agent => agent.On<Note>("others", (note, context) => context.Publish("others.done", note)), Strict));
        for (int i = 0; i < 50; i++)
        {
            await host.AppendAsync("payments", $"k{i}", $$"""{"number":{{i}}}""");
        }

        await WhenAsync(host, CircuitState.Open);
        int calls = _calls.Count;
        await host.AppendAsync("others", "k", """{"number":1}""");
        await host.ReadAsync("others.done", 1);
        _calls.Count.ShouldBeLessThan(calls + 10);

        _isDown = false;
        await host.ReadAsync("paid", 50);

        (await host.Broker.Topics.FindAsync("payments.dlq", AgentTestHost.Timeout)).ShouldBeNull();
        await WhenAsync(host, CircuitState.Closed);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_agents_share_what_is_known_of_a_dependency()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddCircuitBreaker("bank", options =>
            {
                Sensitive(options);
                options.BreakDuration = TimeSpan.FromHours(1);
            })
            .AddAgent("payer", Pay, Strict)
            .AddAgent("refunder", agent => agent.On("refunds", async (Note note, AgentContext context) =>
                await context.RunAsync("refund", _ => CallAsync(100 + note.Number), "bank")), Strict));
        for (int i = 0; i < 10; i++)
        {
            await host.AppendAsync("payments", $"k{i}", $$"""{"number":{{i}}}""");
        }

        await WhenAsync(host, CircuitState.Open);
        await host.AppendAsync("refunds", "k", """{"number":1}""");
        await host.StopAsync();

        _calls.ShouldNotContain(101);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_wrong_with_an_event_says_nothing_about_the_dependency()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddCircuitBreaker("bank", Sensitive)
            .AddAgent("payer", agent => agent.On("payments", async (Note note, AgentContext context) =>
                await context.RunAsync("pay", Task (_) => throw new UnprocessableEventException("no-such-account", "There is no such account."), "bank")), Strict));
        for (int i = 0; i < 20; i++)
        {
            await host.AppendAsync("payments", $"k{i}", $$"""{"number":{{i}}}""");
        }

        await host.ReadAsync("payments.dlq", 20);

        host.Host.Services.GetRequiredService<ICircuitStatuses>().List().ShouldBe([new CircuitStatus("bank", CircuitState.Closed)]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dependency_without_a_circuit_breaker_is_named_in_what_is_thrown()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("payer", Pay, options => options.Retries = 0));

        await host.AppendAsync("payments", "k", """{"number":1}""");

        (await host.ReadRecordsAsync("payments.dlq", 1))[0].Record.Header("__dlq.errors.message")!.ShouldContain("AddCircuitBreaker(\"bank\")");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_with_a_circuit_breaker_of_its_own_waits_too()
    {
        int attempts = 0;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("payer", agent => agent.On<Note>("payments", (note, context) =>
        {
            if (++attempts < 10)
            {
                throw new BrokenCircuitException();
            }

            context.Publish("paid", context.Attempt);
        }), Strict));

        await host.AppendAsync("payments", "k", """{"number":1}""");

        Encoding.UTF8.GetString((await host.ReadAsync("paid", 1))[0].Data!.Value.Span).ShouldBe("1");
    }

    [Fact]
    public async Task Circuit_breakers_that_cannot_be_are_refused_at_the_start()
    {
        await using var host = new AgentTestHost();

        AgentDefinitionException exception = await Should.ThrowAsync<AgentDefinitionException>(() => host.RunAsync(ganglion => ganglion
            .AddCircuitBreaker("bank", options => options.FailureRatio = 3)
            .AddCircuitBreaker("twice")
            .AddCircuitBreaker("twice")
            .AddAgent("payer", Pay)));

        exception.Faults.ShouldContain("The circuit breaker 'twice' is added more than once: add each once.");
        exception.Faults.ShouldContain(fault => fault.Contains("'bank'", StringComparison.Ordinal) && fault.Contains("FailureRatio", StringComparison.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(12)]
    [InlineData(-12)]
    public async Task How_long_a_circuit_is_open_does_not_depend_on_what_the_clock_is_set_to(int hours)
    {
        var time = new ManualTime();
        TimeSpan pause = TimeSpan.FromMinutes(1);
        var circuits = new CircuitBreakers(
            [new CircuitBreakerRegistration("bank", options => (options.MinimumThroughput, options.BreakDuration) = (2, pause))], time, NullLogger.Instance);
        while (circuits.List().Single().State == CircuitState.Closed)
        {
            await Should.ThrowAsync<InvalidOperationException>(() => circuits.RunAsync("bank", () => CallAsync(1), AgentTestHost.Timeout));
        }

        _isDown = false;
        time.Set(TimeSpan.FromHours(hours));
        time.Advance(pause - TimeSpan.FromSeconds(1));
        BrokenCircuitException open = await Should.ThrowAsync<BrokenCircuitException>(() => circuits.RunAsync("bank", () => CallAsync(2), AgentTestHost.Timeout));
        open.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));

        await circuits.RunAsync("bank", () => CallAsync(3), AgentTestHost.Timeout);
    }

    private static void Sensitive(CircuitBreakerStrategyOptions options)
    {
        options.FailureRatio = 0.5;
        options.MinimumThroughput = 5;
        options.SamplingDuration = TimeSpan.FromSeconds(10);
        options.BreakDuration = TimeSpan.FromMilliseconds(500);
    }

    private static void Strict(AgentOptions options)
    {
        options.Partitions = 1;
        options.Retries = 1;
        options.RetryDelay = TimeSpan.FromMilliseconds(20);
        options.SuspendAfter = 0;
    }

    private static async Task WhenAsync(AgentTestHost host, CircuitState state)
    {
        ICircuitStatuses circuits = host.Host.Services.GetRequiredService<ICircuitStatuses>();
        while (circuits.List().Single().State != state)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }
    }

    private void Pay(AgentBuilder agent) => agent.On("payments", async (Note note, AgentContext context) =>
    {
        await context.RunAsync("pay", _ => CallAsync(note.Number), "bank");
        context.Publish("paid", note);
    });

    private Task CallAsync(int number)
    {
        _calls.Enqueue(number);
        return _isDown ? throw new InvalidOperationException("The bank does not answer.") : Task.CompletedTask;
    }
}
