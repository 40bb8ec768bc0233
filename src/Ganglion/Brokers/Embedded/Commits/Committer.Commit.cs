using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Commits;

internal sealed partial class Committer
{
    private readonly HashSet<Partition> _touched = [];
    private bool _unflushed;
    private long _lastFlush;
    private StorageException? _flushFailure;

    /// <summary>Makes a round durable, then visible, then tells everybody. It fails as a whole, and then nothing has happened.</summary>
    private void Commit(Round round)
    {
        FaultHook.Reach(FaultPoints.RoundClosed);
        try
        {
            ThrowIfFlushFailed();
            Place(round);
            if (round.Batches.Count > 0)
            {
                _log?.Write(round, flush: _flushInterval == TimeSpan.Zero);
            }

            FaultHook.Reach(FaultPoints.RoundFlushed);
        }
        catch (Exception exception)
        {
            if (exception is StorageException { Code: Disk.FlushFailed } failure && _flushInterval > TimeSpan.Zero)
            {
                // The log has flushed earlier rounds before this one, those of a file that is full: they may be lost.
                _flushFailure = failure;
            }

            TakeBack(round);
            round.Settle(exception);
            return;
        }

        round.Settle(Publish(round));
        FaultHook.Reach(FaultPoints.RoundAcknowledged);
        HandOn(round);
        OweFlush();
    }

    private void Place(Round round)
    {
        bool refused = false;
        foreach (RoundBatch batch in round.Batches)
        {
            batch.Seal();
            if (batch.Produced is not null && !batch.Partition.Producers.TryTake(batch.Produced, batch.Partition.NextOffset, Now))
            {
                refused = true;
                continue;
            }

            batch.Place(batch.Partition.NextOffset);
            batch.Partition.NextOffset += batch.Count;
        }

        if (refused)
        {
            round.Batches.RemoveAll(static batch => batch.BaseOffset < 0);
        }
    }

    private static void TakeBack(Round round)
    {
        foreach (RoundBatch batch in round.Batches)
        {
            batch.Partition.NextOffset = batch.Partition.HighWatermark;
            if (batch.Produced is not null)
            {
                batch.Partition.Producers.TakeBack();
            }
        }
    }

    /// <summary>Makes a durable round visible. Whatever goes wrong here, the round is committed, and the committer goes on.</summary>
    /// <returns>What went wrong: whoever waits is told, because nobody can know what is missing.</returns>
    private Exception? Publish(Round round)
    {
        Exception? failure = null;
        foreach (RoundBatch batch in round.Batches)
        {
            failure = TryPublish(batch) ?? failure;
            _touched.Add(batch.Partition);
        }

        foreach (Action committed in round.OnCommitted ?? [])
        {
            failure = Try(committed) ?? failure;
        }

        foreach (Partition partition in _touched)
        {
            failure = Try(partition.Signal) ?? failure;
        }

        _touched.Clear();
        FaultHook.Reach(FaultPoints.RoundPublished);
        return failure;
    }

    /// <summary>The bytes belong to the partitions now, and to whoever writes them into segments.</summary>
    private void HandOn(Round round)
    {
        if (round.Batches.Count == 0)
        {
            return;
        }

        if (_log is not null)
        {
            _log.WriteBehind(round);
        }
        else
        {
            round.Batches.ForEach(static batch => batch.Release());
        }
    }

    private static Exception? TryPublish(RoundBatch batch)
    {
        try
        {
            batch.Partition.Publish(batch);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static Exception? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>Keeps the promise of an interval policy while rounds follow each other without a pause.</summary>
    private void OweFlush()
    {
        if (_log is null || _flushInterval == TimeSpan.Zero)
        {
            return;
        }

        if (!_unflushed)
        {
            _unflushed = true;
            _lastFlush = _time.GetTimestamp();
        }
        else if (TimeUntilFlush() == TimeSpan.Zero)
        {
            Flush();
        }
    }

    /// <summary>How long the committer may sleep before it owes the disk a flush; infinite if it owes nothing.</summary>
    private TimeSpan TimeUntilFlush()
    {
        if (!_unflushed)
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan left = _flushInterval - _time.GetElapsedTime(_lastFlush);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Flush()
    {
        try
        {
            _log?.Flush();
            _unflushed = false;
        }
        catch (StorageException failure)
        {
            // Under an interval policy nobody waits for this flush: whoever comes next is told.
            _flushFailure = failure;
            _unflushed = false;
        }

        _lastFlush = _time.GetTimestamp();
    }

    /// <summary>What was acknowledged under an interval policy may be lost already: nothing is to be built on it.</summary>
    private void ThrowIfFlushFailed()
    {
        if (_flushFailure is { } failure)
        {
            throw new StorageException(failure.Code, failure.Message, failure);
        }
    }
}
