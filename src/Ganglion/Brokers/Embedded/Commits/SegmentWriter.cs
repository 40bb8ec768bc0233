using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// Brings rounds that are durable in the commit log into the segments, on a thread of its own, in large writes. When it has emptied
/// a commit file it flushes the segments and gives the file back. An error stops the broker's writing, not its reading, until the
/// same write succeeds.
/// </summary>
internal sealed class SegmentWriter
{
    /// <summary>How far the segments may be behind. Bounds memory.</summary>
    private const long MaxQueuedBytes = 64 * 1024 * 1024;

    /// <summary>
    /// A turn of the thread is worth so many rounds, or so many bytes; less than that may wait for a while. Fewer and larger writes leave
    /// the processor to those who wait for rounds; too large ones would keep the disk from the next flush.
    /// </summary>
    private const int WorthwhileRounds = 8;
    private const int WorthwhileBytes = 1024 * 1024;

    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly TailBudget _budget;
    private readonly Action<CommitFile> _recycle;
    private readonly Thread _thread;
    private readonly Dictionary<SegmentLog, List<StoredBatch>> _byLog = [];
    private readonly HashSet<SegmentLog> _unflushed = [];
    private readonly List<CommitFile> _spending = [];
    private List<(Round Round, CommitFile File)> _queue = [];
    private long _queuedBytes;
    private bool _woken;
    private bool _stopping;
    private volatile StorageException? _failure;

    /// <param name="budget">Bounds the memory of the partitions.</param>
    /// <param name="recycle">Takes a commit file that is no longer needed.</param>
    public SegmentWriter(TailBudget budget, Action<CommitFile> recycle)
    {
        _budget = budget;
        _recycle = recycle;
        _thread = new Thread(Run) { IsBackground = true, Name = "ganglion-segment-writer" };
        _thread.Start();
    }

    private bool IsWorthwhile => _queue.Count >= WorthwhileRounds || _queuedBytes >= WorthwhileBytes;

    /// <exception cref="StorageException">The segments cannot be written at the moment.</exception>
    public void ThrowIfFailing()
    {
        if (_failure is { } failure)
        {
            throw new StorageException(failure.Code, failure.Message, failure);
        }
    }

    /// <summary>Takes a round over. Waits while the segments are too far behind.</summary>
    public void Enqueue(Round round, CommitFile file)
    {
        lock (_gate)
        {
            while (_queuedBytes > MaxQueuedBytes && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            _queue.Add((round, file));
            _queuedBytes += round.Bytes;
            if (_queue.Count == 1 || IsWorthwhile)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Looks for commit files that can be given back.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Writes and flushes what is left.</summary>
    /// <returns>Whether everything has reached the segments.</returns>
    public bool Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
        return _failure is null;
    }

    private void Run()
    {
        while (Take() is { } rounds)
        {
            foreach ((Round round, CommitFile file) in rounds)
            {
                GroupByLog(round);
                if (!_spending.Contains(file))
                {
                    _spending.Add(file);
                }
            }

            if (!RetryUntilDone(WriteGroups))
            {
                return;
            }

            rounds.ForEach(item => item.File.Release());
            if (_spending.Exists(file => file.IsSpent) && !RetryUntilDone(Checkpoint))
            {
                return;
            }
        }

        RetryUntilDone(FlushAll);
    }

    private List<(Round Round, CommitFile File)>? Take()
    {
        lock (_gate)
        {
            while (_queue.Count == 0 && !_woken)
            {
                if (_stopping)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            while (!IsWorthwhile && !_woken && !_stopping && Monitor.Wait(_gate, Linger))
            {
                // Somebody else was meant, or there is a little more.
            }

            List<(Round, CommitFile)> taken = _queue;
            _queue = [];
            _woken = false;
            _queuedBytes = 0;
            Monitor.PulseAll(_gate);
            return taken;
        }
    }

    private void GroupByLog(Round round)
    {
        foreach (RoundBatch batch in round.Batches)
        {
            var log = (SegmentLog)batch.Partition.Log;
            if (!_byLog.TryGetValue(log, out List<StoredBatch>? batches))
            {
                _byLog[log] = batches = [];
            }

            batches.Add(batch.Stored);
            batch.Release();
        }
    }

    private void WriteGroups()
    {
        foreach ((SegmentLog log, List<StoredBatch> batches) in _byLog)
        {
            log.WriteBehind(batches, _budget);
            FaultHook.Reach(FaultPoints.SegmentWritten);
            _unflushed.Add(log);
            _byLog.Remove(log);
        }
    }

    private void Checkpoint()
    {
        FlushAll();
        FaultHook.Reach(FaultPoints.CommitFileSpent);
        foreach (CommitFile file in _spending.FindAll(file => file.IsSpent))
        {
            _spending.Remove(file);
            _recycle(file);
        }
    }

    private void FlushAll()
    {
        foreach (SegmentLog log in _unflushed)
        {
            log.Flush();
            FaultHook.Reach(FaultPoints.SegmentFlushed);
        }

        _unflushed.Clear();
    }

    /// <summary>Does something until it succeeds. What failed is told to producers meanwhile.</summary>
    /// <returns>False if it never will, or the broker stops before; the commit log still has everything.</returns>
    private bool RetryUntilDone(Action action)
    {
        while (true)
        {
            try
            {
                action();
                _failure = null;
                return true;
            }
            catch (StorageException failure) when (failure.Code == Disk.FlushFailed)
            {
                // The system may have forgotten what it could not flush; flushing once more would succeed, and prove nothing.
                Fail(failure);
                return false;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Fail(Disk.Explain(exception, "the data folder"));
                if (!WaitBeforeRetry())
                {
                    return false;
                }
            }
        }
    }

    private void Fail(StorageException failure)
    {
        lock (_gate)
        {
            _failure = failure;
            Monitor.PulseAll(_gate);
        }
    }

    /// <returns>False if the broker stops.</returns>
    private bool WaitBeforeRetry()
    {
        lock (_gate)
        {
            if (!_stopping)
            {
                Monitor.Wait(_gate, RetryDelay);
            }

            return !_stopping;
        }
    }
}
