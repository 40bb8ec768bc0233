using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Journal;
using Ganglion.Runtime;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Inputs;
using Ganglion.State;

namespace Ganglion.Tests.Runtime;

public sealed class InstanceTurnsTests
{
    [Fact]
    public async Task What_was_put_aside_in_a_partition_that_was_lost_does_not_go_on_in_the_one_that_came_after_it()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using var journals = new JournalStore(new PartitionReader(broker, new TopicPartition("worker.journal", 0)));
        var lost = new AgentPartition(0, state: null!, timers: null!, journals, suspension: null!, gate: null!);
        lost.Held.Hold("k", new InvocationId(1));
        lost.Held.Defer("k").Record = new Record("k"u8.ToArray(), null);
        lost.Held.Release("k", new InvocationId(1));
        var topics = new AgentTopics(new AgentType("worker"), 1);
        var owned = new OwnedPartitions();
        var inbox = new TopicPartition(topics.Inbox, 0);
        owned.Inputs[inbox] = new InputPartition(
            inbox, null, new AgentPartition(0, null!, null!, journals, null!, null!), new OffsetTracker(new OffsetAndMetadata(0)), new SeenEvents(0), consumer: null!, new BytesInFlight(0));
        var turns = new InstanceTurns(topics, owned, pipeline: null!, failures: null!, new CommitQueue(), metrics: null!, concurrency: 1, TimeProvider.System);

        // There is no pipeline that it could take.
        turns.GoOnWithDeferred(lost, "k", finished: null);

        turns.Broken.IsCompleted.ShouldBeFalse();
    }
}
