using Ganglion.Brokers.Embedded.Records;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// The one writer of a broker. Everybody joins the open round under a short lock; somebody takes the round, writes and flushes it,
/// makes it visible and acknowledges it, while the next one fills. Where there is a disk to wait for, that is a thread of its own;
/// where there is none, it is the thread pool.
/// </summary>
/// <remarks>
/// Invariants: rounds are written one at a time, in the order in which they were open; offsets are given by whoever writes the round,
/// after it was closed; nothing of a round is visible before all of it is as durable as the flush policy says.
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
        if (log is not null)
        {
            new Thread(Run) { IsBackground = true, Name = "ganglion-committer" }.Start();
        }
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
            CallWriter();
        }

        await _stopped.Task.ConfigureAwait(false);
    }

    /// <summary>There is something to do for whoever writes rounds. Called under the lock.</summary>
    private void CallWriter()
    {
        if (_log is not null)
        {
            Monitor.PulseAll(_gate);
        }
        else
        {
            CallPool();
        }
    }

    /// <summary>Closes the open round, and begins the next. Called under the lock.</summary>
    private Round TakeRound()
    {
        Round round = _open;
        _newest = round.Done;
        _open = new Round();
        foreach (RoundBatch batch in round.Batches)
        {
            batch.Partition.Shared = null;
        }

        round.Close();
        return round;
    }
}
