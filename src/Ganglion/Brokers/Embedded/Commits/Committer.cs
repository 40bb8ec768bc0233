using Ganglion.Events;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// The one writer of a broker. Everybody joins the open round under a short lock; a thread of its own takes the round, writes
/// and flushes it, makes it visible and acknowledges it, while the next one fills.
/// </summary>
/// <remarks>
/// Invariants: rounds are written in the order in which they were open; offsets are given by the committer's thread only, after
/// the round was closed; nothing of a round is visible before all of it is durable.
/// </remarks>
internal sealed class Committer : IAsyncDisposable
{
    /// <summary>A round takes nobody any more beyond this; whoever comes then waits for the next. Bounds memory.</summary>
    private const int MaxRoundBytes = 16 * 1024 * 1024;

    private readonly object _gate = new();
    private readonly ICommitLog? _log;
    private readonly TimeSpan _flushInterval;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<Partition> _touched = [];
    private Round _open = new();
    private Round? _current;
    private bool _stopping;
    private bool _unflushed;
    private long _lastFlush;

    /// <param name="log">Where rounds become durable; null: nowhere.</param>
    /// <param name="flushInterval"><see cref="TimeSpan.Zero"/>: flush every round before it is acknowledged.</param>
    /// <param name="time">The clock.</param>
    public Committer(ICommitLog? log, TimeSpan flushInterval, TimeProvider time)
    {
        _log = log;
        _flushInterval = flushInterval;
        _time = time;
        new Thread(Run) { IsBackground = true, Name = "ganglion-committer" }.Start();
    }

    /// <summary>The broker's time; milliseconds since the Unix epoch.</summary>
    public long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Appends a record to the batch that the single appends to its partition share.</summary>
    /// <returns>The batch, the record's place in it, and the round to wait for.</returns>
    public async ValueTask<(Round Round, RoundBatch Batch, int Index)> JoinAsync(
        Partition partition, Record record, CancellationToken cancellationToken)
    {
        long now = Now;
        while (true)
        {
            Task closed;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_stopping, typeof(EmbeddedBroker));
                if (_open.Bytes < MaxRoundBytes)
                {
                    RoundBatch batch = partition.Shared is { IsFull: false } shared ? shared : Share(partition, record);
                    int before = batch.Length;
                    int index = batch.Append(record, now);
                    _open.Bytes += batch.Length - before;
                    return (_open, batch, index);
                }

                closed = _open.Closed;
            }

            await closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets sealed batches join one round together: the whole of them is committed, or nothing.</summary>
    /// <param name="batches">The batches, sealed.</param>
    /// <param name="check">Called at the moment of joining; may refuse by throwing. Holds the committer's lock: must be short.</param>
    /// <param name="committed">Called by the committer's thread when the round is visible, before anybody who waits for it.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    /// <returns>The round to wait for.</returns>
    public async ValueTask<Round> JoinAsync(
        IReadOnlyList<RoundBatch> batches, Action? check, Action? committed, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task closed;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_stopping, typeof(EmbeddedBroker));
                if (_open.Bytes < MaxRoundBytes)
                {
                    check?.Invoke();
                    foreach (RoundBatch batch in batches)
                    {
                        // A later single append must not slip into a batch that lies before this one.
                        batch.Partition.Shared = null;
                        Add(batch);
                        _open.Bytes += batch.Length;
                    }

                    if (committed is not null)
                    {
                        (_open.OnCommitted ??= []).Add(committed);
                    }

                    return _open;
                }

                closed = _open.Closed;
            }

            await closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes when everything that has joined until now is committed, or has failed.</summary>
    public Task WhenSettledAsync()
    {
        lock (_gate)
        {
            Task[] rounds = _open.Batches.Count > 0 ? [_open.Done, _current?.Done ?? Task.CompletedTask] : [_current?.Done ?? Task.CompletedTask];
            return Task.WhenAll(rounds).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Commits what has joined, and takes nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        await _stopped.Task.ConfigureAwait(false);
    }

    private RoundBatch Share(Partition partition, in Record record)
    {
        var batch = new RoundBatch(partition, Math.Max(partition.ExpectedBatchBytes, Records.RecordBatchBuilder.SizeLimitOf(record)));
        partition.Shared = batch;
        Add(batch);
        return batch;
    }

    private void Add(RoundBatch batch)
    {
        _open.Batches.Add(batch);
        if (_open.Batches.Count == 1)
        {
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (TakeRound() is { } round)
        {
            Commit(round);
        }

        TryFlush();
        _stopped.SetResult();
    }

    /// <summary>Waits for a round that has something in it; null when the broker stops.</summary>
    private Round? TakeRound()
    {
        lock (_gate)
        {
            _current = null;
            while (_open.Batches.Count == 0)
            {
                if (_stopping)
                {
                    return null;
                }

                WaitForWork();
            }

            Round round = _open;
            foreach (RoundBatch batch in round.Batches)
            {
                batch.Partition.Shared = null;
            }

            _open = new Round();
            _current = round;
            return round;
        }
    }

    /// <summary>Sleeps until somebody joins. What an interval policy still owes the disk is flushed on time.</summary>
    private void WaitForWork()
    {
        if (!_unflushed)
        {
            Monitor.Wait(_gate);
            return;
        }

        TimeSpan left = _flushInterval - _time.GetElapsedTime(_lastFlush);
        if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
        {
            TryFlush();
        }
    }

    private void Commit(Round round)
    {
        round.Close();
        try
        {
            foreach (RoundBatch batch in round.Batches)
            {
                batch.Seal();
                batch.Place(batch.Partition.NextOffset);
                batch.Partition.NextOffset += batch.Count;
            }

            _log?.Write(round, flush: _flushInterval == TimeSpan.Zero);
            FlushIfDue();
        }
        catch (Exception exception)
        {
            foreach (RoundBatch batch in round.Batches)
            {
                batch.Partition.NextOffset = batch.Partition.HighWatermark;
            }

            round.Fail(exception);
            return;
        }

        Publish(round);
    }

    private void Publish(Round round)
    {
        foreach (RoundBatch batch in round.Batches)
        {
            batch.Partition.Publish(batch.Sealed);
            _touched.Add(batch.Partition);
        }

        _log?.WriteBehind(round);
        round.OnCommitted?.ForEach(committed => committed());
        round.Succeed();
        foreach (Partition partition in _touched)
        {
            partition.Signal();
        }

        _touched.Clear();
    }

    /// <summary>Keeps the promise of an interval policy while rounds follow each other without a pause.</summary>
    private void FlushIfDue()
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
        else if (_time.GetElapsedTime(_lastFlush) >= _flushInterval)
        {
            TryFlush();
        }
    }

    private void TryFlush()
    {
        try
        {
            _log?.Flush();
            _unflushed = false;
        }
        catch (StorageException)
        {
            // Under an interval policy nobody waits for this flush; the next write tells its producers.
            _lastFlush = _time.GetTimestamp();
        }
    }
}
