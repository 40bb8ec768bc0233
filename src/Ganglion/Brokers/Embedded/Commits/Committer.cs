using Ganglion.Brokers.Embedded.Records;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// The one writer of a broker. Everybody joins the open round under a short lock; a thread of its own takes the round, writes
/// and flushes it, makes it visible and acknowledges it, while the next one fills.
/// </summary>
/// <remarks>
/// Invariants: rounds are written in the order in which they were open; offsets are given by the committer's thread only, after
/// the round was closed; nothing of a round is visible before all of it is as durable as the flush policy says.
/// </remarks>
internal sealed partial class Committer : IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly ICommitLog? _log;
    private readonly TimeSpan _flushInterval;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Round _open = new();
    private Task _newest = Task.CompletedTask;
    private bool _stopping;

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

    /// <summary>Where batches are built.</summary>
    public BatchMemory Memory { get; } = new();

    /// <summary>The broker's time; milliseconds since the Unix epoch.</summary>
    public long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Completes when everything that has joined is visible, or has failed.</summary>
    public Task WhenSettledAsync()
    {
        lock (_gate)
        {
            // Rounds are written in their order: behind the newest, all are.
            Task newest = _open.Batches.Count > 0 ? _open.Done : _newest;
            return newest.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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

    private void Run()
    {
        while (TryTakeRound(out Round? round))
        {
            if (round is null)
            {
                Flush();
            }
            else
            {
                Commit(round);
            }
        }

        Flush();
        _stopped.SetResult();
    }

    /// <summary>Waits for a round that has something in it, or until a flush is due.</summary>
    /// <param name="round">The round; null if a flush is due.</param>
    /// <returns>False when the broker stops.</returns>
    private bool TryTakeRound(out Round? round)
    {
        lock (_gate)
        {
            while (_open.Batches.Count == 0)
            {
                TimeSpan wait = TimeUntilFlush();
                if (_stopping || wait == TimeSpan.Zero)
                {
                    round = null;
                    return !_stopping;
                }

                // Whatever ended the wait: others may have had the lock since, so that all is looked at anew. Never less than a wait of 1 ms.
                Monitor.Wait(_gate, (int)Math.Ceiling(wait.TotalMilliseconds));
            }

            round = _open;
            _newest = round.Done;
            _open = new Round();
            foreach (RoundBatch batch in round.Batches)
            {
                batch.Partition.Shared = null;
            }

            round.Close();
            return true;
        }
    }
}
