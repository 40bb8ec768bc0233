using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Runtime;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Failures;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Runtime.Commits;

public sealed class CommitLoopTests : ICommitWatcher
{
    // The turn has stopped waiting for the verdict, as it does when its partition is lost.
    [Fact(Timeout = 30_000)]
    public async Task A_refusal_that_comes_when_the_partition_is_lost_ends_nothing()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await broker.Topics.CreateAsync("t", cancellationToken: TestContext.Current.CancellationToken);
        await using IEventConsumer consumer = await broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "a", Topics = ["t"] }, TestContext.Current.CancellationToken);
        var refusing = new RefusingProducer();
        using var metrics = new AgentMetrics("a", null);
        var commits = new CommitQueue();
        var deadLetters = new DeadLetterWriter(new AgentType("a"), broker.Topics, metrics, NullLogger.Instance);
        var loop = new CommitLoop(commits, refusing, consumer, deadLetters, this, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        Invocation invocation = FailedInvocation.Create(attempts: 1);
        refusing.BeforeLastRefusal = invocation.Input.Lose;

        commits.Add(invocation);
        Task running = loop.RunAsync(stop.Token);
        await await Task.WhenAny(commits.FlushAsync(), running);

        refusing.Refusals.ShouldBe(2);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    void ICommitWatcher.OnClosed()
    {
    }

    void ICommitWatcher.OnCommitted()
    {
    }

    /// <summary>Refuses a batch, and then what was in it.</summary>
    private sealed class RefusingProducer : IEventProducer
    {
        public Action? BeforeLastRefusal { get; set; }

        public int Refusals { get; private set; }

        public ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken = default)
        {
            Refusals++;
            if (Refusals == 2)
            {
                BeforeLastRefusal?.Invoke();
            }

            throw new RecordTooLargeException("record-too-large", "It is too large.");
        }

        public ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<TopicPartitionOffset>> AppendAsync(
            IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }
}
