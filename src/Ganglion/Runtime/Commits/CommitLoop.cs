using Ganglion.Brokers;
using Ganglion.Faults;
using Ganglion.Runtime.Failures;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime.Commits;

/// <summary>
/// Commits what handlers have finished, in batches: events out, state, timers and offsets, all or nothing. One commit is under way
/// at a time, and the next collects meanwhile.
/// </summary>
internal sealed partial class CommitLoop(
    CommitQueue queue,
    IEventProducer producer,
    IEventConsumer consumer,
    DeadLetterWriter deadLetters,
    OwnTopics own,
    ICommitWatcher watcher,
    TimeProvider time,
    ILogger logger)
{
    private const int MostFencedAttempts = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Commits until it is cancelled.</summary>
    /// <exception cref="FencedException">The group has gone on without this member.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var batch = new CommitBatch();
        try
        {
            var finished = new List<CommitEntry>();
            while (true)
            {
                finished.Clear();
                (finished, IReadOnlyList<TaskCompletionSource> flushes) = await queue.TakeAsync(finished, cancellationToken).ConfigureAwait(false);
                batch.Fill(finished);
                Task commit = CommitAsync(batch, cancellationToken);
                watcher.OnClosed();
                await commit.ConfigureAwait(false);
                watcher.OnCommitted();
                foreach (TaskCompletionSource flush in flushes)
                {
                    flush.TrySetResult();
                }
            }
        }
        finally
        {
            // Whoever waits for a verdict is not to wait for ever.
            batch.Abandon();
            queue.Close();
        }
    }

    private async Task CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await CommitPatientlyAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (GanglionException exception) when (IsRefusal(exception))
        {
            batch.Undo();
            if (exception.Code == TopicException.NotFound)
            {
                await own.ThrowIfMissingAsync(cancellationToken).ConfigureAwait(false);
            }

            // Whose fault it is shows when each is committed alone.
            await CommitOneByOneAsync([.. batch.Entries], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CommitOneByOneAsync(CommitEntry[] entries, CancellationToken cancellationToken)
    {
        var single = new CommitBatch();
        foreach (CommitEntry entry in entries)
        {
            while (!await TryCommitAsync(single, entry, cancellationToken).ConfigureAwait(false))
            {
                // Less of it is left to be refused.
            }
        }
    }

    private async Task<bool> TryCommitAsync(CommitBatch single, CommitEntry entry, CancellationToken cancellationToken)
    {
        single.Fill([entry]);
        try
        {
            await CommitPatientlyAsync(single, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (GanglionException exception) when (IsRefusal(exception))
        {
            single.Undo();
            if (entry.Input.IsLost)
            {
                entry.Verdict?.TrySetCanceled(cancellationToken);
                return true;
            }

            if (entry.Verdict is not null)
            {
                entry.Refuse(exception);
                return true;
            }

            bool isOnlyRecords = entry is Invocation { IsGivenUp: true } || (entry is Invocation { IsForwarded: true } && IsForWhatItIs(exception));
            if (!isOnlyRecords || entry is not Invocation { Records.Count: > 0 } invocation)
            {
                // Later events of the instance may rest on this one, so all that is not committed must be done again.
                throw;
            }

            deadLetters.Reduce(invocation, exception);
            return false;
        }
    }

    private async Task CommitPatientlyAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        TimeSpan pause = FirstPause;
        for (int attempt = 1; batch.DropInVain(); attempt++)
        {
            try
            {
                foreach (string topic in batch.DeadLetterTopics)
                {
                    await deadLetters.EnsureTopicAsync(topic, cancellationToken).ConfigureAwait(false);
                }

                // Who commits is settled before it is looked what is lost, and that after whatever takes time: what was this member's before it
                // lost its place would else be committed by what it has become since.
                ConsumerGroupMetadata group = consumer.Group;
                if (!batch.DropInVain())
                {
                    return;
                }

                FaultHook.Reach(FaultPoints.CommitSending);
                IReadOnlyList<TopicPartitionOffset> positions =
                    await producer.CommitAsync(batch.ToCommit(group), cancellationToken).ConfigureAwait(false);
                FaultHook.Reach(FaultPoints.CommitAcknowledged);
                batch.Confirm(positions);
                FaultHook.Reach(FaultPoints.CommitConfirmed);
                return;
            }
            catch (GanglionException exception) when (!IsRefusal(exception)
                && exception.Code != AtomicCommit.OutcomeUnknown && !(exception is FencedException && attempt == MostFencedAttempts))
            {
                // Fenced: a rebalance has come in between. The reader will learn of it, and which partitions are gone.
                LogRetry(exception, pause);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // Rather than for what became of its topic.
    private static bool IsForWhatItIs(GanglionException refusal) => refusal is RecordTooLargeException or { Code: TopicException.RecordRefused };

    private static bool IsRefusal(GanglionException exception) => exception is RecordTooLargeException or TopicException;

    [LoggerMessage(100, LogLevel.Warning, "A commit failed and is tried again in {Pause}.")]
    private partial void LogRetry(Exception exception, TimeSpan pause);
}
