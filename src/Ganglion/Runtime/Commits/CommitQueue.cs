namespace Ganglion.Runtime.Commits;

/// <summary>Finished events that wait for the next commit. While one commit is under way, the next collects here.</summary>
internal sealed class CommitQueue
{
    private readonly Lock _lock = new();
    private List<CommitEntry> _finished = [];
    private List<TaskCompletionSource> _flushes = [];
    private TaskCompletionSource? _waiting;
    private bool _isClosed;

    /// <summary>An event is finished. Those of one instance come in order.</summary>
    public void Add(CommitEntry entry)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            if (_isClosed)
            {
                entry.Verdict?.TrySetCanceled();
                return;
            }

            _finished.Add(entry);
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult();
    }

    /// <summary>Nothing is committed any more: what waits, or is added later, is dropped, and whoever awaits a verdict is told.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _finished.ForEach(entry => entry.Verdict?.TrySetCanceled());
            _finished.Clear();
        }
    }

    /// <summary>Completes when everything that was added before is committed.</summary>
    public Task FlushAsync()
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            _flushes.Add(flushed);
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult();
        return flushed.Task;
    }

    /// <summary>Waits for something to commit, and takes all of it. For one caller at a time.</summary>
    /// <param name="empty">Is filled next.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<(List<CommitEntry> Finished, IReadOnlyList<TaskCompletionSource> Flushes)> TakeAsync(
        List<CommitEntry> empty, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskCompletionSource waiting;
            lock (_lock)
            {
                if (_finished.Count > 0 || _flushes.Count > 0)
                {
                    (List<CommitEntry> finished, _finished) = (_finished, empty);
                    (List<TaskCompletionSource> flushes, _flushes) = (_flushes, []);
                    return (finished, flushes);
                }

                _waiting = waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await waiting.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
