using System.Collections.Concurrent;
using Ganglion.Brokers.Embedded.Storage;

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

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly TailCache _cache;
    private readonly TimeProvider _time;
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

    /// <param name="cache">Bounds the memory of the partitions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="recycle">Takes a commit file that is no longer needed.</param>
    public SegmentWriter(TailCache cache, TimeProvider time, Action<CommitFile> recycle)
    {
        _cache = cache;
        _time = time;
        _recycle = recycle;
        _thread = new Thread(Run) { IsBackground = true, Name = "ganglion-segment-writer" };
        _thread.Start();
    }

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
            Monitor.PulseAll(_gate);
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

    /// <summary>Waits for a commit file to be given back.</summary>
    /// <exception cref="StorageException">The segments cannot be written at the moment, so that none will be.</exception>
    public CommitFile WaitFor(BlockingCollection<CommitFile> free)
    {
        CommitFile? file;
        while (!free.TryTake(out file, RetryDelay))
        {
            ThrowIfFailing();
        }

        return file;
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
                Sort(round);
                if (!_spending.Contains(file))
                {
                    _spending.Add(file);
                }
            }

            if (!Persist(WriteSorted))
            {
                return;
            }

            rounds.ForEach(item => item.File.Release());
            if (_spending.Exists(file => file.IsSpent) && !Persist(Checkpoint))
            {
                return;
            }
        }

        Persist(FlushAll);
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

            List<(Round, CommitFile)> taken = _queue;
            _queue = [];
            _woken = false;
            _queuedBytes = 0;
            Monitor.PulseAll(_gate);
            return taken;
        }
    }

    private void Sort(Round round)
    {
        foreach (RoundBatch batch in round.Batches)
        {
            var log = (SegmentLog)batch.Partition.Log;
            if (!_byLog.TryGetValue(log, out List<StoredBatch>? batches))
            {
                _byLog[log] = batches = [];
            }

            batches.Add(batch.Sealed);
        }
    }

    private void WriteSorted()
    {
        foreach ((SegmentLog log, List<StoredBatch> batches) in _byLog)
        {
            log.WriteBehind(batches, _cache);
            _unflushed.Add(log);
            _byLog.Remove(log);
        }
    }

    private void Checkpoint()
    {
        FlushAll();
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
        }

        _unflushed.Clear();
    }

    /// <summary>Does something until it succeeds. What failed is told to producers meanwhile.</summary>
    /// <returns>False if the broker stops before it succeeded; the commit log still has everything.</returns>
    private bool Persist(Action action)
    {
        while (true)
        {
            try
            {
                action();
                _failure = null;
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                lock (_gate)
                {
                    _failure = Disk.Explain(exception, "the data folder");
                    Monitor.PulseAll(_gate);
                    if (_stopping)
                    {
                        return false;
                    }

                    Monitor.Wait(_gate, RetryDelay);
                }
            }
        }
    }
}
