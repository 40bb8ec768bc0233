using Ganglion.Agents;
using Ganglion.Brokers.Embedded;
using Ganglion.Runtime;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Failures;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Polly.CircuitBreaker;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>When an event whose handler throws is handled again.</summary>
public sealed class RetryTests
{
    private static readonly AgentOptions Options = new()
    {
        Retries = 6, RetryDelay = TimeSpan.FromSeconds(1), MaxRetryDelay = TimeSpan.FromSeconds(10),
    };

    private static readonly AgentMetrics Metrics = new("a", meters: null);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 10)]
    [InlineData(6, 10)]
    public async Task Every_pause_is_twice_as_long_as_the_one_before_up_to_the_longest_and_varies_by_a_fifth(int attempts, int seconds)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        FailurePolicy policy = PolicyOn(broker);

        double[] pauses = [.. Enumerable.Range(0, 200).Select(_ => policy.Decide(FailedInvocation.Create(attempts), new InvalidOperationException())!.Value.TotalSeconds)];

        pauses.ShouldAllBe(pause => pause >= seconds * 0.8 && pause <= seconds * 1.2);
        (pauses.Max() - pauses.Min()).ShouldBeGreaterThan(seconds * 0.2);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 5)]
    [InlineData(3600, 10)]
    public async Task An_open_circuit_is_waited_for_as_long_as_it_stays_open_up_to_the_longest_pause_and_that_is_no_attempt(int open, int seconds)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        Invocation failed = FailedInvocation.Create(attempts: 7);

        TimeSpan? pause = PolicyOn(broker).Decide(failed, new BrokenCircuitException(TimeSpan.FromSeconds(open)));

        pause.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(seconds * 0.8, seconds * 1.2);
        failed.Attempts.ShouldBe(6);
    }

    [Fact]
    public async Task What_has_failed_often_enough_is_parked()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        Invocation failed = FailedInvocation.Create(attempts: 7);

        PolicyOn(broker).Decide(failed, new InvalidOperationException()).ShouldBeNull();

        failed.DeadLetterTopic.ShouldBe("t.dlq");
    }

    private static JournalWriter Journals => new(new AgentTopics(new AgentType("a"), 1), "/agents/a", TimeProvider.System, new CommitQueue());

    private static FailurePolicy PolicyOn(EmbeddedBroker broker) => new(
        Options, new DeadLetterWriter(new AgentType("a"), broker.Topics, Metrics, NullLogger.Instance), new RefusedRequests(Journals, "/agents/a", TimeProvider.System), Journals, Metrics, NullLogger.Instance);
}
