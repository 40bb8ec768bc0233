using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Runtime;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Failures;
using Ganglion.Runtime.Inputs;
using Ganglion.State;
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
        var loop = new CommitLoop(commits, refusing, consumer, deadLetters, OwnTopicsOn(broker), this, TimeProvider.System, NullLogger.Instance);
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

    [Theory(Timeout = 30_000)]
    [InlineData("record-too-large")]
    [InlineData("record-refused")]
    public async Task What_is_refused_on_its_way_to_its_instance_is_parked(string code)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await broker.Topics.CreateAsync("t", cancellationToken: TestContext.Current.CancellationToken);
        await using IEventConsumer consumer = await broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "a", Topics = ["t"] }, TestContext.Current.CancellationToken);
        GanglionException refusal = code == "record-too-large"
            ? new RecordTooLargeException(code, "It is too large.")
            : new TopicException(code, "It lies too far ahead.");
        var producer = new InboxRefusing(refusal);
        using var metrics = new AgentMetrics("a", null);
        var commits = new CommitQueue();
        var deadLetters = new DeadLetterWriter(new AgentType("a"), broker.Topics, metrics, NullLogger.Instance);
        var loop = new CommitLoop(commits, producer, consumer, deadLetters, OwnTopicsOn(broker), this, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var input = new InputPartition(
            new TopicPartition("t", 0), "t", agentPartition: null, new OffsetTracker(new OffsetAndMetadata(0)), new SeenEvents(0), consumer: null!,
            new BytesInFlight(1024));
        input.Put(new ConsumedBatch(input.Id, [new ConsumedRecord(0, new Record(null, new byte[1]))], 1, 1));
        Invocation forwarded = input.Take()!;
        forwarded.Origin = new Origin("t", "t", 0, 0);
        forwarded.Records = [new ProducerRecord(InboxRefusing.Topic, forwarded.Record, 0)];

        commits.Add(forwarded);
        Task running = loop.RunAsync(stop.Token);
        await await Task.WhenAny(commits.FlushAsync(), running);

        producer.Taken.ShouldHaveSingleItem().Topic.ShouldBe("t.dlq");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    // By then the member may have the same partition again, and what it did in it before would count a second time.
    [Fact(Timeout = 30_000)]
    public async Task What_is_lost_while_its_dead_letter_topic_is_looked_for_is_not_committed()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await broker.Topics.CreateAsync("t", cancellationToken: TestContext.Current.CancellationToken);
        await using IEventConsumer consumer = await broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "a", Topics = ["t"] }, TestContext.Current.CancellationToken);
        var producer = new InboxRefusing(new TopicException("topic-not-found", "It is not there."));
        using var metrics = new AgentMetrics("a", null);
        var commits = new CommitQueue();
        Invocation invocation = FailedInvocation.Create(attempts: 1);
        var topics = new SlowTopics(broker.Topics, meanwhile: invocation.Input.Lose);
        var deadLetters = new DeadLetterWriter(new AgentType("a"), topics, metrics, NullLogger.Instance);
        deadLetters.Park(invocation, new InvalidOperationException("It cannot be handled."));
        var loop = new CommitLoop(commits, producer, consumer, deadLetters, OwnTopicsOn(broker), this, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();

        commits.Add(invocation);
        Task running = loop.RunAsync(stop.Token);
        await await Task.WhenAny(commits.FlushAsync(), running);

        topics.Asked.ShouldBeGreaterThan(0);
        producer.Taken.ShouldBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    private static OwnTopics OwnTopicsOn(EmbeddedBroker broker) => new(new AgentTopics(new AgentType("a"), 1), broker.Topics);

    void ICommitWatcher.OnClosed()
    {
    }

    void ICommitWatcher.OnCommitted()
    {
    }

    /// <summary>Refuses a batch, and then what was in it.</summary>
    private sealed class RefusingProducer : CommittingProducer
    {
        public Action? BeforeLastRefusal { get; set; }

        public int Refusals { get; private set; }

        public override ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken = default)
        {
            Refusals++;
            if (Refusals == 2)
            {
                BeforeLastRefusal?.Invoke();
            }

            throw new RecordTooLargeException("record-too-large", "It is too large.");
        }
    }

    /// <summary>Refuses what is for one topic.</summary>
    private sealed class InboxRefusing(GanglionException refusal) : CommittingProducer
    {
        public const string Topic = "a.inbox";

        public List<ProducerRecord> Taken { get; } = [];

        public override ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken = default)
        {
            if (commit.Records.Any(record => record.Topic == Topic))
            {
                throw refusal;
            }

            Taken.AddRange(commit.Records);
            return new([.. commit.Records.Select(record => new TopicPartitionOffset(new TopicPartition(record.Topic, 0), 0))]);
        }
    }

    /// <summary>Takes its time to say whether there is a topic.</summary>
    private sealed class SlowTopics(ITopicAdministration topics, Action meanwhile) : ITopicAdministration
    {
        public int Asked { get; private set; }

        public ValueTask<TopicDescription?> FindAsync(string name, CancellationToken cancellationToken = default)
        {
            Asked++;
            meanwhile();
            return topics.FindAsync(name, cancellationToken);
        }

        public ValueTask<TopicDescription> CreateAsync(string name, TopicSettings? settings = null, CancellationToken cancellationToken = default) =>
            topics.CreateAsync(name, settings, cancellationToken);

        public ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default) => topics.DeleteAsync(name, cancellationToken);

        public ValueTask<IReadOnlyList<TopicDescription>> ListAsync(CancellationToken cancellationToken = default) => topics.ListAsync(cancellationToken);

        public ValueTask<long> GetOffsetAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken = default) =>
            topics.GetOffsetAsync(partition, position, cancellationToken);
    }

    private abstract class CommittingProducer : IEventProducer
    {
        public abstract ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken = default);

        public ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<TopicPartitionOffset>> AppendAsync(
            IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }
}
