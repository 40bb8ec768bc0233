using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Journal;
using Ganglion.Runtime;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Inputs;
using Ganglion.Runtime.Steps;
using Ganglion.State;

namespace Ganglion.Tests.Runtime.Commits;

/// <summary>What is kept in memory of a journal that never got onto the log: nothing, or each event that is refused would leave some behind.</summary>
public sealed class RefusedJournalTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private readonly JournalStore _journals;
    private readonly InputPartition _input;
    private readonly OpenInvocation _open;

    public RefusedJournalTests()
    {
        _journals = new JournalStore(new PartitionReader(_broker, new TopicPartition("worker.journal", 0)));
        Partition = new AgentPartition(0, state: null!, timers: null!, _journals, suspension: null!, gate: null!);
        _input = new InputPartition(
            new TopicPartition("t", 0), "t", Partition, new OffsetTracker(new OffsetAndMetadata(0)), new SeenEvents(0), consumer: null!, new BytesInFlight(0));
        _open = _journals.GetOrAdd(new InvocationId(1), "k");
        _open.Records++;
    }

    private AgentPartition Partition { get; }

    private static List<ProducerRecord> Records => [new ProducerRecord("worker.journal", new Record(null, new byte[1]), 0)];

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await _journals.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task The_outcome_of_an_effect_that_is_refused_leaves_no_journal()
    {
        var commit = new JournalCommit(_input, _open) { Records = Records };

        commit.Refuse(new RecordTooLargeException("record-too-large", "It is too large."));

        (await Should.ThrowAsync<JournalException>(() => commit.Verdict!.Task)).Code.ShouldBe("outcome-too-large");
        _journals.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_turn_that_is_refused_leaves_no_journal()
    {
        var commits = new CommitQueue();
        commits.Close();
        var invocation = new Invocation(_input, default) { Instance = new BusyInstance(Partition, "k"), Open = _open, Records = Records };

        await Should.ThrowAsync<OperationCanceledException>(() => new AwaitCommitStep(new KnownTopics(_broker.Topics), commits).RunAsync(invocation).AsTask());

        _journals.IsEmpty.ShouldBeTrue();
    }
}
