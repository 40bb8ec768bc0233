using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Producers;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded.Commits;

/// <summary>What becomes of those who wait for a round, whatever happens to it.</summary>
public sealed class CommitterTests : IDisposable
{
    private readonly FailingLog _log = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static Record Anything => new(null, Encoding.UTF8.GetBytes("x"));

    public void Dispose() => _log.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Everybody_of_a_round_that_fails_is_told_and_the_next_takes_its_offsets()
    {
        await using var committer = new Committer(_log, TimeSpan.Zero, TimeProvider.System);
        Partition partition = NewPartition();
        _log.Failure = new StorageException("storage-full", "full");
        Task<TopicPartitionOffset>[] refused = [.. Enumerable.Range(0, 1000).Select(_ => committer.AppendAsync(partition, Anything, Cancelled).AsTask())];
        foreach (Task<TopicPartitionOffset> append in refused)
        {
            (await Should.ThrowAsync<StorageException>(append)).Code.ShouldBe("storage-full");
        }

        _log.Failure = null;
        (await committer.AppendAsync(partition, Anything, Cancelled)).Offset.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_callback_that_throws_is_told_to_its_round_and_ends_nothing()
    {
        await using var committer = new Committer(_log, TimeSpan.Zero, TimeProvider.System);
        Partition partition = NewPartition();
        var batch = new RoundBatch(partition, committer.Memory, 100);
        batch.Append(Anything, 0);
        batch.Seal();

        Round round = await committer.JoinAsync([batch], check: null, () => throw new InvalidOperationException("callback"), Cancelled);
        (await Should.ThrowAsync<InvalidOperationException>(round.Done)).Message.ShouldBe("callback");

        partition.HighWatermark.ShouldBe(1);
        (await committer.AppendAsync(partition, Anything, Cancelled)).Offset.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_that_cannot_be_made_visible_is_told_to_its_round_and_its_offset_is_taken()
    {
        await using var committer = new Committer(_log, TimeSpan.Zero, TimeProvider.System);
        Partition partition = NewPartition();
        partition.TrackProducers();

        Round round = await committer.JoinAsync([UnreadableEnd(partition)], check: null, committed: null, Cancelled);
        await Should.ThrowAsync<FormatException>(round.Done);

        (await committer.AppendAsync(partition, Anything, Cancelled)).Offset.ShouldBe(1);
        _log.Failure = new StorageException("storage-full", "full");
        await Should.ThrowAsync<StorageException>(committer.AppendAsync(partition, Anything, Cancelled).AsTask());
        _log.Failure = null;
        (await committer.AppendAsync(partition, Anything, Cancelled)).Offset.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_waits_in_a_context_that_takes_nothing_more_harms_nobody_else()
    {
        await using var committer = new Committer(_log, TimeSpan.Zero, TimeProvider.System);
        Partition partition = NewPartition();
        _log.Gate.Reset();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new ClosedContext());
        _ = AppendInContextAsync(committer, partition);
        SynchronizationContext.SetSynchronizationContext(before);
        Task<TopicPartitionOffset> other = committer.AppendAsync(partition, Anything, Cancelled).AsTask();

        _log.Gate.Set();
        (await other.WaitAsync(Cancelled)).Offset.ShouldBe(1);
        (await committer.AppendAsync(partition, Anything, Cancelled)).Offset.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_has_joined_is_committed_before_the_committer_stops_and_nothing_joins_afterwards()
    {
        var committer = new Committer(_log, TimeSpan.Zero, TimeProvider.System);
        Partition partition = NewPartition();
        Task<TopicPartitionOffset>[] appends = [.. Enumerable.Range(0, 100).Select(_ => committer.AppendAsync(partition, Anything, Cancelled).AsTask())];
        await committer.DisposeAsync();

        (await Task.WhenAll(appends)).Select(static position => position.Offset).ShouldBe(Enumerable.Range(0, 100).Select(static i => (long)i));
        Should.Throw<ObjectDisposedException>(() => committer.AppendAsync(partition, Anything, Cancelled).AsTask());
    }

    // Somebody joins and the broker is closed while the committer, whose wait for the next flush is over, does not have the lock yet.
    [Fact(Timeout = 60_000)]
    public async Task What_joins_while_a_flush_falls_due_is_committed_before_the_committer_stops()
    {
        var interval = TimeSpan.FromMilliseconds(200);
        var time = new WatchedTime();
        var committer = new Committer(_log, interval, time);
        Partition partition = NewPartition();
        await committer.AppendAsync(partition, Anything, Cancelled);
        await time.AskedTwice.Task.WaitAsync(Cancelled);
        var batch = new RoundBatch(partition, committer.Memory, 100);
        batch.Append(Anything, 0);
        batch.Seal();

        ValueTask stopped = default;
        Round round = await committer.JoinAsync([batch], CloseLate, committed: null, Cancelled);
        await stopped;
        await round.Done.WaitAsync(Cancelled);
        partition.HighWatermark.ShouldBe(2);

        // Holds the lock, in which it can be taken again.
        void CloseLate()
        {
            long begun = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(begun) > interval * 2);
            stopped = committer.DisposeAsync();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_interval_flushes_later_without_being_asked_again()
    {
        await using var committer = new Committer(_log, TimeSpan.FromMilliseconds(20), TimeProvider.System);
        await committer.AppendAsync(NewPartition(), Anything, Cancelled);
        await _log.Flushed.Task.WaitAsync(Cancelled);
    }

    // Another flush might succeed: the system forgets what it could not write.
    [Fact(Timeout = 60_000)]
    public async Task Once_a_flush_of_an_interval_has_failed_nothing_more_is_acknowledged()
    {
        await using var committer = new Committer(_log, TimeSpan.FromMilliseconds(20), TimeProvider.System);
        Partition partition = NewPartition();
        _log.FlushFailure = new StorageException("storage-flush-failed", "gone");
        await committer.AppendAsync(partition, Anything, Cancelled);
        await _log.Flushed.Task.WaitAsync(Cancelled);

        _log.FlushFailure = null;
        (await Should.ThrowAsync<StorageException>(committer.AppendAsync(partition, Anything, Cancelled).AsTask())).Code
            .ShouldBe("storage-flush-failed");
        partition.HighWatermark.ShouldBe(1);
    }

    // A full file is flushed before the next one is begun, by whoever comes then.
    [Fact(Timeout = 60_000)]
    public async Task Once_a_flush_between_two_files_has_failed_nothing_more_is_acknowledged_either()
    {
        await using var committer = new Committer(_log, TimeSpan.FromMinutes(1), TimeProvider.System);
        Partition partition = NewPartition();
        await committer.AppendAsync(partition, Anything, Cancelled);
        _log.Failure = new StorageException("storage-flush-failed", "gone");
        await Should.ThrowAsync<StorageException>(committer.AppendAsync(partition, Anything, Cancelled).AsTask());

        _log.Failure = null;
        (await Should.ThrowAsync<StorageException>(committer.AppendAsync(partition, Anything, Cancelled).AsTask())).Code
            .ShouldBe("storage-flush-failed");
        partition.HighWatermark.ShouldBe(1);
    }

    private static async Task AppendInContextAsync(Committer committer, Partition partition) =>
        await committer.AppendAsync(partition, Anything, Cancelled);

    // The end of a transaction, whose only record is longer than its batch.
    private static RoundBatch UnreadableEnd(Partition partition)
    {
        RoundBatch end = ControlBatch.Create(new BatchMemory(), partition, producerId: 1, epoch: 0, commits: false, now: 0);
        end.Place(0);
        Memory<byte> bytes = MemoryMarshal.AsMemory(end.Stored.Bytes);
        bytes.Span[RecordBatchHeader.Size] = 0x7E;
        RecordBatchHeader.TryRead(bytes.Span, out RecordBatchHeader header);
        return new RoundBatch(partition, bytes, header);
    }

    private static Partition NewPartition() =>
        new Topic("t", Guid.NewGuid(), new TopicSettings { Partitions = 1 }, _ => new MemoryLog()).Partitions[0];

    /// <summary>Keeps nothing; refuses, waits and tells what it was asked for.</summary>
    private sealed class FailingLog : ICommitLog
    {
        public StorageException? Failure { get; set; }

        public StorageException? FlushFailure { get; set; }

        public ManualResetEventSlim Gate { get; } = new(initialState: true);

        public TaskCompletionSource Flushed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Write(Round round, bool flush)
        {
            Gate.Wait();
            if (Failure is { } failure)
            {
                throw failure;
            }
        }

        public void Flush()
        {
            StorageException? failure = FlushFailure;
            Flushed.TrySetResult();
            if (failure is not null)
            {
                throw failure;
            }
        }

        public void WriteBehind(Round round)
        {
        }

        public void Dispose() => Gate.Dispose();
    }

    /// <summary>Tells that the committer has asked how long it may wait: once it owes a flush, and once it is about to.</summary>
    private sealed class WatchedTime : TimeProvider
    {
        private int _asked;

        public TaskCompletionSource AskedTwice { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override long GetTimestamp()
        {
            if (Interlocked.Increment(ref _asked) == 2)
            {
                AskedTwice.TrySetResult();
            }

            return base.GetTimestamp();
        }
    }

    private sealed class ClosedContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => throw new InvalidOperationException("closed");
    }
}
