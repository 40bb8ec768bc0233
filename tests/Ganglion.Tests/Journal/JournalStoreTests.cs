using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Journal;
using Ganglion.State;

namespace Ganglion.Tests.Journal;

public sealed class JournalStoreTests
{
    private static readonly InvocationId Id = new(1);

    [Fact]
    public async Task A_journal_of_which_the_log_has_nothing_is_gone_when_it_is_refused()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using var journals = new JournalStore(new PartitionReader(broker, new TopicPartition("worker.journal", 0)));
        OpenInvocation open = journals.GetOrAdd(Id, "k");
        open.Records++;

        journals.Undo(open);

        journals.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_journal_that_lies_on_the_log_stays_when_more_of_it_is_refused()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using var journals = new JournalStore(new PartitionReader(broker, new TopicPartition("worker.journal", 0)));
        OpenInvocation open = journals.GetOrAdd(Id, "k");
        open.Records++;
        open.Committed(offset: 7);
        open.Records++;

        journals.Undo(open);

        journals.Find(Id).ShouldBe(open);
        open.Records.ShouldBe(1);
        open.Offsets.ShouldBe([7]);
    }
}
