using Ganglion.Brokers;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Tests.Runtime.Inputs;

public sealed class OffsetTrackerTests
{
    [Fact]
    public void The_offset_moves_over_the_contiguous_finished_prefix()
    {
        var offsets = new OffsetTracker(new OffsetAndMetadata(10));
        TrackedOffset[] entries = Begin(offsets, 10, 11, 12);

        Commit(offsets, entries[0], entries[1]);

        offsets.ToCommit().ShouldBe(new OffsetAndMetadata(12));
    }

    [Fact]
    public void What_is_finished_ahead_is_known_to_the_successor()
    {
        var offsets = new OffsetTracker(new OffsetAndMetadata(10));
        TrackedOffset[] entries = Begin(offsets, 10, 11, 12, 13);
        offsets.Finish(entries[1]);
        offsets.Finish(entries[2]);

        OffsetAndMetadata committed = offsets.ToCommit();

        committed.Offset.ShouldBe(10);
        var successor = new OffsetTracker(committed);
        successor.WasFinished(10).ShouldBeFalse();
        successor.WasFinished(11).ShouldBeTrue();
        successor.WasFinished(12).ShouldBeTrue();
        successor.WasFinished(13).ShouldBeFalse();
    }

    [Fact]
    public void A_successor_hands_on_what_it_has_not_read_yet()
    {
        var offsets = new OffsetTracker(new OffsetAndMetadata(0));
        TrackedOffset[] entries = Begin(offsets, 0, 1, 2, 3, 4, 5);
        Commit(offsets, entries[1], entries[5]);
        var successor = new OffsetTracker(offsets.ToCommit());

        Commit(successor, Begin(successor, 0));

        var third = new OffsetTracker(successor.ToCommit());
        third.WasFinished(1).ShouldBeTrue();
        third.WasFinished(4).ShouldBeFalse();
        third.WasFinished(5).ShouldBeTrue();
    }

    [Fact]
    public void Gaps_between_offsets_are_passed_over()
    {
        var offsets = new OffsetTracker(new OffsetAndMetadata(0));
        TrackedOffset[] entries = Begin(offsets, 3, 1000);
        Commit(offsets, entries);
        offsets.Skip(1005);

        offsets.ToCommit().ShouldBe(new OffsetAndMetadata(1005));
    }

    [Fact]
    public void A_refused_commit_leaves_its_records_unfinished()
    {
        var offsets = new OffsetTracker(new OffsetAndMetadata(0));
        TrackedOffset[] entries = Begin(offsets, 0, 1);
        offsets.Finish(entries[0]);
        offsets.Finish(entries[1]);
        offsets.Unfinish(entries[0]);
        offsets.Unfinish(entries[1]);

        offsets.ToCommit().ShouldBe(new OffsetAndMetadata(0));
        offsets.Unfinished.ShouldBe(2);
    }

    [Fact]
    public void No_more_is_begun_than_the_metadata_can_tell_about()
    {
        var offsets = new OffsetTracker(new OffsetAndMetadata(0));
        long next = 0;
        for (; offsets.MayBegin(next); next++)
        {
            Begin(offsets, next);
        }

        next.ShouldBe(FinishedRuns.MaxRuns);
    }

    [Fact]
    public void A_slow_record_lets_a_million_others_pass()
    {
        var offsets = new OffsetTracker(new OffsetAndMetadata(0));
        Begin(offsets, 0);
        for (long offset = 1; offset < FinishedRuns.MaxSpan; offset++)
        {
            offsets.MayBegin(offset).ShouldBeTrue();
            Commit(offsets, Begin(offsets, offset));
        }

        offsets.MayBegin(FinishedRuns.MaxSpan).ShouldBeFalse();
        new OffsetTracker(offsets.ToCommit()).WasFinished(FinishedRuns.MaxSpan - 1).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void However_often_the_process_dies_every_record_is_committed_once(int seed)
    {
        var random = new Random(seed);
        const int records = 20_000;
        int[] commits = new int[records];
        OffsetAndMetadata committed = new(0);
        while (committed.Offset < records)
        {
            var offsets = new OffsetTracker(committed);
            committed = LiveAndDie(offsets, committed, commits, random);
            (committed.Metadata?.Length ?? 0).ShouldBeLessThanOrEqualTo(OffsetAndMetadata.MaxMetadataBytes);
        }

        commits.ShouldAllBe(count => count == 1);
    }

    // Reads, finishes in any order and commits for a while. What is finished but not committed is lost with the process.
    private static OffsetAndMetadata LiveAndDie(OffsetTracker offsets, OffsetAndMetadata committed, int[] commits, Random random)
    {
        var flying = new List<TrackedOffset>();
        var finished = new List<TrackedOffset>();
        long next = committed.Offset;
        for (int step = random.Next(5_000); step > 0; step--)
        {
            switch (random.Next(20))
            {
                case < 10 when next < commits.Length && (offsets.WasFinished(next) || offsets.MayBegin(next)):
                    if (offsets.WasFinished(next))
                    {
                        offsets.Skip(next + 1);
                    }
                    else
                    {
                        flying.AddRange(Begin(offsets, next));
                    }

                    next++;
                    break;
                case < 19 when flying.Count > 0:
                    int chosen = random.Next(flying.Count);
                    offsets.Finish(flying[chosen]);
                    finished.Add(flying[chosen]);
                    flying.RemoveAt(chosen);
                    break;
                default:
                    committed = offsets.ToCommit();
                    finished.ForEach(entry => commits[entry.Offset]++);
                    finished.ForEach(offsets.Confirm);
                    finished.Clear();
                    break;
            }
        }

        return committed;
    }

    private static TrackedOffset[] Begin(OffsetTracker offsets, params long[] numbers)
    {
        TrackedOffset[] entries = [.. numbers.Select(_ => new TrackedOffset())];
        for (int i = 0; i < numbers.Length; i++)
        {
            offsets.Begin(entries[i], numbers[i]);
        }

        return entries;
    }

    private static void Commit(OffsetTracker offsets, params TrackedOffset[] entries)
    {
        foreach (TrackedOffset entry in entries)
        {
            offsets.Finish(entry);
            offsets.Confirm(entry);
        }
    }
}
