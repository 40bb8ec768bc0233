using Ganglion.Brokers;
using Ganglion.Runtime;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Inputs;
using Ganglion.State;

namespace Ganglion.Tests.Runtime.Inputs;

/// <summary>What is in flight is counted as long as somebody here may still finish it, and once.</summary>
public sealed class InputPartitionTests
{
    private readonly BytesInFlight _inFlight = new(long.MaxValue);

    [Fact]
    public void What_is_committed_is_in_flight_no_more()
    {
        InputPartition input = Read(records: 2);
        Invocation first = input.Take()!;
        Invocation second = input.Take()!;
        _inFlight.Count.ShouldBe(first.Bytes + second.Bytes);

        input.Finish(first);
        input.Confirm(first);

        _inFlight.Count.ShouldBe(second.Bytes);
    }

    [Fact]
    public void What_a_partition_that_goes_leaves_unfinished_is_in_flight_no_more()
    {
        InputPartition input = Read(records: 2);
        input.Take();
        input.Take();

        input.Lose();

        _inFlight.Count.ShouldBe(0);
    }

    [Fact]
    public void A_commit_that_succeeds_after_the_partition_went_is_not_counted_again()
    {
        InputPartition input = Read(records: 2);
        Invocation late = input.Take()!;
        input.Finish(late);
        input.Lose();

        input.Confirm(late);
        input.Lose();

        _inFlight.Count.ShouldBe(0);
    }

    [Fact]
    public void What_is_refused_stays_in_flight_until_another_attempt_is_committed()
    {
        InputPartition input = Read(records: 1);
        Invocation refused = input.Take()!;
        var batch = new CommitBatch();
        batch.Fill([refused]);
        batch.Undo();
        _inFlight.Count.ShouldBe(refused.Bytes);

        batch.Fill([refused]);
        batch.Confirm([]);

        _inFlight.Count.ShouldBe(0);
    }

    private InputPartition Read(int records)
    {
        var partition = new TopicPartition("t", 0);
        var input = new InputPartition(
            partition, "t", agentPartition: null, new OffsetTracker(new OffsetAndMetadata(0)), new SeenEvents(0), consumer: null!, _inFlight);
        input.Put(new ConsumedBatch(
            partition, [.. Enumerable.Range(0, records).Select(offset => new ConsumedRecord(offset, new Record(null, new byte[100])))], records, records));
        return input;
    }
}
